package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a database, and how far its deletion is. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PostgresDatabaseStatus(
    @JsonPropertyDescription("metadata.generation of the spec that this status tells of.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription(
            "Ready, Reconciling and Stalled, as kstatus and kubectl wait read them; during a deletion also ConnectRevoked, SessionsTerminated and Dropped.")
        List<Condition> conditions,
    @JsonPropertyDescription("The database that this resource stands for.")
        @Nullable DatabaseStatus database,
    @JsonPropertyDescription("The Secret with the connection details.") @Nullable Binding binding,
    @JsonPropertyDescription("How far the deletion is.") @Nullable DeletionStatus deletion) {

  public PostgresDatabaseStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
