package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Names a PostgresServer. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ServerRef(
    @Required
        @Size(max = 253)
        @ValidationRule(value = ObjectName.RULE, message = ObjectName.MESSAGE)
        @JsonPropertyDescription("Name of the PostgresServer.")
        String name,
    @Size(max = 63)
        @ValidationRule(value = NamespaceName.RULE, message = NamespaceName.MESSAGE)
        @JsonPropertyDescription(
            "Namespace of the PostgresServer, which must allow the namespace of this resource. Default: the namespace of this resource.")
        @Nullable String namespace) {}
