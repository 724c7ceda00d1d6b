package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** The one database that a resource stands for. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record DatabaseStatus(
    @JsonPropertyDescription("Name of the database.") @Nullable String name,
    @JsonPropertyDescription(
            "OID of the database. With systemIdentifier it says which database this is: one of the same name with another OID is never touched.")
        @Nullable Long oid,
    @JsonPropertyDescription("system_identifier of the database cluster that the database is in.")
        @Nullable String systemIdentifier,
    @JsonPropertyDescription("Role that owns the database.") @Nullable String owner) {}
