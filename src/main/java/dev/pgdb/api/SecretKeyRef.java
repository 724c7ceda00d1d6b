package dev.pgdb.api;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Names one key of a Secret in the namespace of the resource. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SecretKeyRef(
    @Required
        @Size(max = 253)
        @ValidationRule(value = ObjectName.RULE, message = ObjectName.MESSAGE)
        @JsonPropertyDescription("Name of a Secret in the same namespace.")
        String name,
    @Default("ca.crt")
        @Size(min = 1, max = 253)
        @JsonPropertyDescription("Key in that Secret whose value is used. Default: ca.crt.")
        String key) {
  /** The key cert-manager and Kubernetes itself use for a certificate authority. */
  private static final String DEFAULT_KEY = "ca.crt";

  public SecretKeyRef {
    key = requireNonNullElse(key, DEFAULT_KEY);
  }
}
