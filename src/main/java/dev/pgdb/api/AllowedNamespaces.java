package dev.pgdb.api;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import org.jspecify.annotations.Nullable;

/** The namespaces whose PostgresDatabases may refer to a server; as in Gateway API. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "self.from != 'Selector' || has(self.selector)",
    fieldPath = ".selector",
    message =
        "from: Selector needs a selector, such as selector: {matchLabels: {databases: allowed}}")
@ValidationRule(
    value = "self.from == 'Selector' || !has(self.selector)",
    fieldPath = ".selector",
    message =
        "a selector is used only with from: Selector: set from to Selector, or remove selector")
public record AllowedNamespaces(
    @Default("Same")
        @JsonPropertyDescription(
            "Same: only the namespace of this PostgresServer. All: every namespace. Selector: the namespaces that selector matches. Default: Same.")
        From from,
    @JsonPropertyDescription(
            "Labels of the namespaces that may refer to this server; an empty selector, {}, matches every namespace. Used with from: Selector.")
        @Nullable LabelSelector selector) {

  /** Which namespaces. */
  public enum From {
    /** The server's own. */
    Same,
    /** Every one. */
    All,
    /** Those whose labels match {@link AllowedNamespaces#selector()}. */
    Selector
  }

  public AllowedNamespaces {
    from = requireNonNullElse(from, From.Same);
  }

  /** What holds when nothing is said. */
  public static AllowedNamespaces defaults() {
    return new AllowedNamespaces(From.Same, null);
  }
}
