package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** What the admin role may do on its server. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record AdminRights(
    @JsonPropertyDescription("Role that the admin logs in as.") @Nullable String role,
    @JsonPropertyDescription("SUPERUSER.") @Nullable Boolean superuser,
    @JsonPropertyDescription(
            "CREATEDB: needed to create databases and to rename them before they are dropped.")
        @Nullable Boolean createDatabase,
    @JsonPropertyDescription("CREATEROLE: needed to create owners.") @Nullable Boolean createRole,
    @JsonPropertyDescription(
            "Member of pg_signal_backend, or superuser: may terminate sessions of other roles.")
        @Nullable Boolean signalBackends) {}
