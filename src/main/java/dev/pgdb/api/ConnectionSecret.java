package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** The Secret that tells applications how to connect. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ConnectionSecret(
    @Required
        @Size(max = 253)
        @ValidationRule(value = ObjectName.RULE, message = ObjectName.MESSAGE)
        @JsonPropertyDescription(
            "Name of the Secret that pgdb writes, with the keys of Service Binding for Kubernetes. Default: the name of this resource followed by -db.")
        String name) {}
