package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** The role with which pgdb works. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Admin(
    @Required
        @JsonPropertyDescription(
            "Secret of type kubernetes.io/basic-auth with the keys username and password.")
        SecretRef secretRef) {}
