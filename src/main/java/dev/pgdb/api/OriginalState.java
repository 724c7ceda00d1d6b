package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** What a deletion changed, as it was before, to restore it when the policy becomes Retain. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record OriginalState(
    @JsonPropertyDescription("Name of the database.") @Nullable String name,
    @JsonPropertyDescription("pg_database.datacl as text. Absent: NULL, the built-in default.")
        @Nullable String acl,
    @JsonPropertyDescription("ALLOW_CONNECTIONS.") @Nullable Boolean allowConnections,
    @JsonPropertyDescription("CONNECTION LIMIT.") @Nullable Integer connectionLimit,
    @JsonPropertyDescription("IS_TEMPLATE.") @Nullable Boolean isTemplate) {}
