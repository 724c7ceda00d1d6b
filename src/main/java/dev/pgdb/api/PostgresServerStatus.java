package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a server. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PostgresServerStatus(
    @JsonPropertyDescription("metadata.generation of the spec that this status tells of.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription(
            "Ready, Reconciling and Stalled, as kstatus and kubectl wait read them.")
        List<Condition> conditions,
    @JsonPropertyDescription("server_version, such as 18.6.") @Nullable String version,
    @JsonPropertyDescription(
            "system_identifier of the database cluster. When it changes, the host leads to another cluster and nothing is done there.")
        @Nullable String systemIdentifier,
    @JsonPropertyDescription("What the admin may do.") @Nullable AdminRights admin,
    @JsonPropertyDescription("Number of PostgresDatabases that refer to this server.")
        @Nullable Integer databases) {

  public PostgresServerStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
