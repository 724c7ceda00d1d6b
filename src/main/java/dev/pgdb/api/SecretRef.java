package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Names a Secret in the namespace of the resource. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SecretRef(
    @Required
        @Size(max = 253)
        @ValidationRule(value = ObjectName.RULE, message = ObjectName.MESSAGE)
        @JsonPropertyDescription("Name of a Secret in the same namespace.")
        String name) {}
