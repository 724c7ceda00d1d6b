package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Need.*;
import static dev.pgdb.postgres.deletion.TransactionCases.statementIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.SqlState;
import dev.pgdb.testbed.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the admin lacks and runs the remedies to the letter. Fails the test where pgdb asks
 * for something that is not needed, or asks again for what it has got.
 */
final class OnCallEngineer implements AutoCloseable {
  private final TestPostgres server;
  private final AdminRoles roles;
  private final String database;
  private final Set<Need> expected;
  private final @Nullable Connection agent;
  private final int agentsPid;
  private final Set<String> granted = new HashSet<>();
  private final Set<Need> told = EnumSet.noneOf(Need.class);
  private final Connection asSuperuser;

  /**
   * @param expected what the admin needs and does not have
   */
  OnCallEngineer(
      TestPostgres server,
      AdminRoles roles,
      String database,
      List<Need> expected,
      @Nullable Connection agent)
      throws SQLException {
    this.server = server;
    this.roles = roles;
    this.database = database;
    this.expected = Set.copyOf(expected);
    this.agent = agent;
    agentsPid = agent == null ? 0 : Neighbours.pid(agent);
    asSuperuser = server.connect("postgres"); // early, like pgdb: there may be no room later
  }

  /** Does something about each blocker that is for want of a right. */
  void read(List<Blocker> blockers) throws SQLException {
    Set<String> grantedBefore = Set.copyOf(granted);
    for (Blocker blocker : blockers) {
      Need need = needOf(blocker).orElse(null);
      if (need != null) {
        assertThat(expected).as("what %s lacks; %s", roles.admin.role(), blocker).contains(need);
        help(need, blocker, grantedBefore);
      }
    }
  }

  /**
   * By now it must have been told everything that it lacks. Who may act as the clients may end
   * them, and need not be told how.
   */
  void hasReadEverything() {
    Set<Need> untold = expected.stream().map(Need::asTold).collect(Collectors.toSet());
    untold.removeAll(told);
    if (told.contains(ACT_AS_CLIENTS)) {
      untold.remove(END_CLIENTS);
    }
    assertThat(untold).as("what was not told").isEmpty();
  }

  private void help(Need need, Blocker blocker, Set<String> grantedBefore) throws SQLException {
    String statement = statementIn(blocker.remedy(), need.remedy);
    assertThat(grantedBefore).as("told again: %s", blocker).doesNotContain(statement);
    if (need.isPrivilege()) {
      granted.add(statement);
    }
    told.add(need.asTold());
    if (need == AGENTS_SESSION) {
      leave();
      return;
    }
    String place = need.isPrivilege() ? "postgres" : placeFor(blocker);
    try {
      if (!place.equals("postgres")) {
        server.execute(place, statement);
      } else {
        Neighbours.execute(asSuperuser, statement);
      }
    } catch (SQLException e) {
      if (!SqlState.UNDEFINED_OBJECT.is(e)) { // somebody was faster
        throw e;
      }
    }
  }

  private void leave() throws SQLException {
    Connection session = Objects.requireNonNull(agent);
    assertThat(session.isClosed() || session.isValid(2)).as("the agent is spared").isTrue();
    session.close();
  }

  private String placeFor(Blocker blocker) throws SQLException {
    if (blocker instanceof ForeignTransaction foreign && foreign.lock().gid() != null) {
      return Objects.requireNonNull(foreign.lock().database());
    }
    boolean inside =
        (blocker instanceof PreparedTransactionLeft || blocker instanceof SubscriptionLeft)
            && !blocker.remedy().contains("ALLOW_CONNECTIONS");
    return inside ? database : "postgres";
  }

  /** What a blocker says to be missing; nothing where the case itself takes care of it. */
  private Optional<Need> needOf(Blocker blocker) throws SQLException {
    return Optional.ofNullable(
        switch (blocker) {
          case MissingPrivilege missing -> OWNERSHIP;
          case ForbiddenSession forbidden -> needForSession(forbidden.backend());
          case PreparedTransactionLeft left when !left.transaction().actionable() ->
              isSuperuser(left.transaction().owner()) ? SUPERUSERS_TRANSACTION : ACT_AS_CLIENTS;
          case SubscriptionLeft left when !left.subscription().actionable() ->
              left.subscription().ofSuperusers() || isSuperuser(left.subscription().owner())
                  ? SUPERUSERS_SUBSCRIPTION
                  : ACT_AS_CLIENTS;
          case SlotLeft left when !left.droppable() -> DROP_SLOTS;
          case ForeignTransaction foreign when foreign.wanted() && !foreign.lock().signallable() ->
              isSuperuser(String.valueOf(foreign.lock().role()))
                  ? SUPERUSERS_TRANSACTION
                  : END_CLIENTS;
          default -> null;
        });
  }

  private @Nullable Need needForSession(Backend backend) throws SQLException {
    if (agent != null && backend.pid() == agentsPid) {
      return AGENTS_SESSION;
    }
    if (backend.role() == null) {
      return END_STRANGERS;
    }
    return isSuperuser(backend.role()) ? SUPERUSERS_SESSION : END_CLIENTS;
  }

  private boolean isSuperuser(String role) throws SQLException {
    try (var statement = asSuperuser.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT FROM pg_roles WHERE rolsuper AND rolname = '" + role + "'")) {
      return rows.next();
    }
  }

  @Override
  public void close() throws SQLException {
    asSuperuser.close();
  }
}
