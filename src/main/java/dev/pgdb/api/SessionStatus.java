package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** A session that is still in the database. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SessionStatus(
    @JsonPropertyDescription("Process ID: SELECT pg_terminate_backend(pid) ends it.")
        @Nullable Integer pid,
    @JsonPropertyDescription("Role of the session.") @Nullable String role,
    @JsonPropertyDescription("application_name.") @Nullable String application,
    @JsonPropertyDescription("Address of the client.") @Nullable String client,
    @JsonPropertyDescription("backend_type, such as client backend or walsender.")
        @Nullable String backend,
    @JsonPropertyDescription("active, idle, idle in transaction, ...") @Nullable String state,
    @JsonPropertyDescription("When the session began (RFC 3339).") @Nullable String since) {}
