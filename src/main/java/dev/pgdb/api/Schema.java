package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A schema that the database has. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Schema(
    @Required
        @Size(max = 63)
        @ValidationRule(value = Identifier.RULE, message = Identifier.MESSAGE)
        @ValidationRule(
            value = "!self.startsWith('pg_')",
            message = "PostgreSQL reserves names that begin with pg_: choose another")
        @JsonPropertyDescription("CREATE SCHEMA name.")
        String name,
    @Size(max = 63)
        @ValidationRule(value = Identifier.RULE, message = Identifier.MESSAGE)
        @ValidationRule(
            value = "!(self in ['public', 'none'])",
            message = "PostgreSQL reserves the role names public and none: choose another")
        @JsonPropertyDescription(
            "CREATE SCHEMA ... AUTHORIZATION. Default: the owner of the database.")
        @Nullable String owner) {}
