package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** An extension that the database has. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Extension(
    @Required
        @Size(max = 63)
        @ValidationRule(value = Identifier.RULE, message = Identifier.MESSAGE)
        @JsonPropertyDescription("CREATE EXTENSION name. The server must have it installed.")
        String name,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "CREATE EXTENSION ... VERSION. Default: the newest that the server has.")
        @Nullable String version,
    @Size(max = 63)
        @ValidationRule(value = Identifier.RULE, message = Identifier.MESSAGE)
        @JsonPropertyDescription(
            "CREATE EXTENSION ... SCHEMA. Default: the one the extension asks for, otherwise public.")
        @Nullable String schema) {}
