package dev.pgdb.operator;

import dev.pgdb.api.AdminRights;
import dev.pgdb.api.ConditionType;
import dev.pgdb.api.PostgresServer;
import dev.pgdb.api.PostgresServerStatus;
import dev.pgdb.operator.ServerCheck.Finding;
import dev.pgdb.postgres.ServerFacts;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Clock;
import java.util.List;

/** Says in status and Events what was found out about a server. */
final class ServerStatuses {
  private final EventRecorder events;
  private final Tenancy tenancy;
  private final Clock clock;

  ServerStatuses(EventRecorder events, Tenancy tenancy, Clock clock) {
    this.events = events;
    this.tenancy = tenancy;
    this.clock = clock;
  }

  /**
   * The status that the server shall have.
   *
   * @param databases how many refer to it
   */
  PostgresServerStatus after(PostgresServer server, Finding finding, int databases) {
    PostgresServerStatus before = server.getStatus();
    List<Condition> conditions =
        verdict(server, finding, databases)
            .addTo(
                new Conditions(
                    before == null ? List.of() : before.conditions(), finding.generation(), clock))
            .list();
    ServerFacts facts = finding.facts();
    if (facts == null || !(finding.verdict() instanceof Verdict.Ready)) {
      return new PostgresServerStatus(
          finding.generation(),
          conditions,
          before == null ? null : before.version(),
          before == null ? null : before.systemIdentifier(),
          before == null ? null : before.admin(),
          databases);
    }
    return new PostgresServerStatus(
        finding.generation(),
        conditions,
        facts.version(),
        facts.systemIdentifier(),
        new AdminRights(
            facts.role(),
            facts.superuser(),
            facts.createDatabase(),
            facts.createRole(),
            facts.signalBackends()),
        databases);
  }

  private Verdict verdict(PostgresServer server, Finding finding, int databases) {
    if (!(finding.verdict() instanceof Verdict.Ready(var why, var message))) {
      return finding.verdict();
    }
    String goes =
        server.isMarkedForDeletion()
            ? "; it goes once no PostgresDatabase needs it: " + databases + " left"
            : "";
    return new Verdict.Ready(why, message + goes + tenancy.remarkOn(server));
  }

  /** Tells in an Event that it can be worked on now, or not any more. */
  void tell(PostgresServer server, Verdict verdict) {
    PostgresServerStatus before = server.getStatus();
    boolean was = before != null && Conditions.isTrue(before.conditions(), ConditionType.READY);
    boolean is = verdict instanceof Verdict.Ready;
    if (is && !was) {
      events.normal(server, EventReason.CONNECTED, verdict.message());
    } else if (!is && was) {
      events.stalled(server, verdict.reason().text(), verdict.message());
    }
  }

  /**
   * An object that carries nothing but a status, for server-side apply. It is refused where the
   * server has changed since it was read: what comes between a look and a change of its own, JOSDK
   * may take for a part of that change, and a deletion would not be heard of.
   */
  static PostgresServer patch(PostgresServer server, PostgresServerStatus status) {
    var patch = new PostgresServer();
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withName(server.getMetadata().getName())
            .withNamespace(server.getMetadata().getNamespace())
            .withUid(server.getMetadata().getUid()) // never another server of that name
            .withResourceVersion(server.getMetadata().getResourceVersion())
            .build());
    patch.setStatus(status);
    return patch;
  }
}
