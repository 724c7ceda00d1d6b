package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** The connection Secret, where Service Binding for Kubernetes looks for it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Binding(
    @JsonPropertyDescription(
            "Name of the Secret with the connection details, as Service Binding for Kubernetes asks.")
        String name) {}
