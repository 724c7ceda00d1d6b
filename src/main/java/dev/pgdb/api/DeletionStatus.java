package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far a deletion is. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record DeletionStatus(
    @JsonPropertyDescription("When the deletion began (RFC 3339).") @Nullable String startedAt,
    @JsonPropertyDescription("How often the server has been looked at since.")
        @Nullable Integer passes,
    @JsonPropertyDescription("Sessions terminated so far.") @Nullable Long sessionsTerminated,
    @JsonPropertyDescription("Sessions that are left: the first ten.") List<SessionStatus> sessions,
    @JsonPropertyDescription("Number of sessions that are left.") @Nullable Integer sessionsLeft,
    @JsonPropertyDescription("What stands in the way, and what somebody can do about it.")
        List<BlockerStatus> blockers,
    @JsonPropertyDescription("What the deletion changed, as it was before.")
        @Nullable OriginalState original) {

  public DeletionStatus {
    sessions = sessions == null ? List.of() : List.copyOf(sessions);
    blockers = blockers == null ? List.of() : List.copyOf(blockers);
  }
}
