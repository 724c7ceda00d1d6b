package dev.pgdb.api;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;

/** What happens when the resource is deleted. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Deletion(
    @Default("Drop")
        @JsonPropertyDescription(
            "Drop: DROP DATABASE. Retain: the database stays. May be changed while a deletion waits: Retain then restores what was revoked. Default: Drop.")
        DeletionPolicy policy,
    @Default("false")
        @JsonProperty("protected")
        @JsonPropertyDescription(
            "true: kubectl delete is refused until this is false. Default: false.")
        Boolean isProtected,
    @Default("0s")
        @Size(max = 32)
        @ValidationRule(
            value = "self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$')",
            message = "write a duration such as 0s, 30s, 5m or 1h30m")
        @ValidationRule(
            value =
                "!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self) <= duration('24h')",
            message = "write a duration of at most 24h")
        @JsonPropertyDescription(
            "Time that sessions have to finish by themselves before they are terminated, such as 30s or 1h30m. New sessions are refused from the beginning. At most 24h. Default: 0s.")
        String drain,
    @Default("RollBack")
        @JsonPropertyDescription(
            "RollBack: ROLLBACK PREPARED what was prepared in the database and never ended. Wait: wait until somebody ends it. Default: RollBack.")
        PreparedTransactions preparedTransactions,
    @Default("Drop")
        @JsonPropertyDescription(
            "Drop: DROP SUBSCRIPTION what the database subscribes to, without asking the publishers: drop their slots there. Wait: wait until somebody drops it. Default: Drop.")
        Subscriptions subscriptions,
    @Default("Drop")
        @JsonPropertyDescription(
            "Drop: end what streams from the logical replication slots of the database, and drop them with it. Wait: wait until somebody drops them. Default: Drop.")
        ReplicationSlots replicationSlots,
    @Default("Wait")
        @JsonPropertyDescription(
            "Sessions of other databases can lock the catalog row of this one, by an open GRANT for example. Wait: wait until they end. Terminate: terminate them. Default: Wait.")
        ForeignLocks foreignLocks) {

  public Deletion {
    policy = requireNonNullElse(policy, DeletionPolicy.Drop);
    isProtected = requireNonNullElse(isProtected, false);
    drain = requireNonNullElse(drain, "0s");
    preparedTransactions = requireNonNullElse(preparedTransactions, PreparedTransactions.RollBack);
    subscriptions = requireNonNullElse(subscriptions, Subscriptions.Drop);
    replicationSlots = requireNonNullElse(replicationSlots, ReplicationSlots.Drop);
    foreignLocks = requireNonNullElse(foreignLocks, ForeignLocks.Wait);
  }

  /** What holds when nothing is said. */
  @SuppressWarnings("NullAway") // the constructor puts the default in the place of each null
  public static Deletion defaults() {
    return new Deletion(null, null, null, null, null, null, null);
  }

  /** {@link #drain()}, parsed. */
  @JsonIgnore
  public Duration drainDuration() {
    return KubernetesDuration.parse(drain);
  }
}
