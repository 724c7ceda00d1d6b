package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.ServerProblem;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.SqlState;
import dev.pgdb.postgres.provisioning.OwnerFate.Dropped;
import dev.pgdb.postgres.provisioning.OwnerFate.Kept;
import dev.pgdb.postgres.provisioning.OwnerFate.Locked;
import dev.pgdb.postgres.provisioning.OwnerFate.Refused;
import dev.pgdb.postgres.provisioning.OwnerFate.Shared;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Drops the roles that were created for a database, once that is gone and nobody needs them. */
public final class OwnerRelease {
  private static final int ATTEMPTS = 3;

  /** Somebody else is changing the role, or has just done so. */
  private static final SqlState[] LOCKED = {
    SqlState.LOCK_NOT_AVAILABLE, SqlState.DEADLOCK_DETECTED, SqlState.INTERNAL_ERROR
  };

  private final AdminSessions sessions;

  /** On the server that the sessions are on. */
  public OwnerRelease(AdminSessions sessions) {
    this.sessions = sessions;
  }

  /**
   * Goes through the roles that bear a claim.
   *
   * @throws SQLException where the server cannot be asked; whatever it refuses is no such error
   */
  public List<OwnerFate> release(Claim claim) throws SQLException {
    try (var lease = sessions.lease()) {
      AdminSession session = lease.session();
      ServerFacts server = ServerFacts.read(session);
      var fates = new ArrayList<OwnerFate>();
      for (OwnerRow role : OwnerRow.byClaim(session, server, claim)) {
        release(session, server, role, claim).ifPresent(fates::add);
      }
      return List.copyOf(fates);
    }
  }

  /**
   * Takes a claim from the roles that bear it, whose database stays: they are roles like any other
   * then, whoever adopts the database.
   *
   * @return the roles whose claim stays all the same, and why
   * @throws SQLException where the server cannot be asked; whatever it refuses keeps nobody waiting
   */
  public List<Refused> leave(Claim claim) throws SQLException {
    try (var lease = sessions.lease()) {
      AdminSession session = lease.session();
      ServerFacts server = ServerFacts.read(session);
      var refused = new ArrayList<Refused>();
      for (OwnerRow role : OwnerRow.byClaim(session, server, claim)) {
        leave(session, server, role, claim)
            .map(e -> new Refused(role.name(), String.valueOf(e.getMessage())))
            .ifPresent(refused::add);
      }
      return List.copyOf(refused);
    }
  }

  /**
   * Takes the claim from one.
   *
   * @return why that could not be done
   */
  private static Optional<SQLException> leave(
      AdminSession session, ServerFacts server, OwnerRow role, Claim claim) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        if (attempt < ATTEMPTS) {
          unclaim(session, server, role, claim);
        } else {
          unclaimLocked(session, server, role, claim);
        }
        return Optional.empty();
      } catch (SQLException e) {
        if (isServerAway(e)) {
          throw e;
        }
        if (attempt == ATTEMPTS) {
          return Optional.of(e);
        }
      }
    }
  }

  private static Optional<OwnerFate> release(
      AdminSession session, ServerFacts server, OwnerRow role, Claim claim) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        return dropOrShare(session, server, role, claim);
      } catch (SQLException e) {
        if (SqlState.DEPENDENT_OBJECTS_STILL_EXIST.is(e)) {
          return Optional.of(keep(session, server, role, claim));
        }
        if (isServerAway(e)) {
          throw e;
        }
        if (attempt == ATTEMPTS || SqlState.LOCK_NOT_AVAILABLE.is(e)) { // which has taken its time
          return Optional.of(refused(session, server, role, claim, e));
        }
      }
    }
  }

  private static OwnerFate refused(
      AdminSession session, ServerFacts server, OwnerRow role, Claim claim, SQLException refusal)
      throws SQLException {
    String why = String.valueOf(refusal.getMessage());
    return SqlState.isOneOf(refusal, LOCKED)
        ? new Locked(role.name(), why)
        : left(session, server, role, claim, new Refused(role.name(), why));
  }

  /** Its claim goes with the resource, or else the resource waits for that. */
  private static OwnerFate left(
      AdminSession session, ServerFacts server, OwnerRow role, Claim claim, OwnerFate fate)
      throws SQLException {
    return leave(session, server, role, claim)
        .filter(e -> SqlState.isOneOf(e, LOCKED))
        .<OwnerFate>map(e -> new Locked(role.name(), String.valueOf(e.getMessage())))
        .orElse(fate);
  }

  private static boolean isServerAway(SQLException e) {
    return switch (ServerProblem.of(e)) {
      case UNREACHABLE, TLS_REFUSED, LOGIN_REFUSED, NO_FREE_CONNECTION -> true;
      case INSUFFICIENT_PRIVILEGE, OTHER -> false;
    };
  }

  private static Optional<OwnerFate> dropOrShare(
      AdminSession session, ServerFacts server, OwnerRow role, Claim claim) throws SQLException {
    var fate = new OwnerFate[1];
    boolean done =
        RoleChange.apply(
            session,
            server,
            role.name(),
            now -> {
              RoleComment comment = now.map(OwnerRow::comment).orElse(RoleComment.NONE);
              if (!comment.isClaimedBy(claim)) {
                return List.of();
              }
              RoleComment others = comment.withoutClaimOf(claim);
              fate[0] = others.isClaimed() ? new Shared(role.name()) : new Dropped(role.name());
              return List.of(
                  others.isClaimed()
                      ? RoleChange.comment(role.name(), others)
                      : Sql.of("DROP ROLE %I", role.name()));
            },
            () -> true);
    return done ? Optional.ofNullable(fate[0]) : Optional.empty();
  }

  /** From now on it is a role like any other. */
  private static OwnerFate keep(
      AdminSession session, ServerFacts server, OwnerRow role, Claim claim) throws SQLException {
    return left(
        session, server, role, claim, new Kept(role.name(), whereItIsNeeded(session, role)));
  }

  private static void unclaim(AdminSession session, ServerFacts server, OwnerRow role, Claim claim)
      throws SQLException {
    RoleChange.apply(
        session,
        server,
        role.name(),
        now ->
            now.map(
                    row ->
                        List.of(
                            RoleChange.comment(role.name(), row.comment().withoutClaimOf(claim))))
                .orElse(List.of()),
        () -> true);
  }

  /**
   * Without the lock on its row: a comment is the one thing about a role that can be changed while
   * somebody else has altered it and not committed that. One of us who does in the same database is
   * waited for.
   */
  private static void unclaimLocked(
      AdminSession session, ServerFacts server, OwnerRow role, Claim claim) throws SQLException {
    session.inTransaction(
        () -> {
          session.execute(RoleChange.lock(role.name()));
          Optional<OwnerRow> now = OwnerRow.byName(session, server, role.name());
          if (now.isEmpty() || !now.get().comment().isClaimedBy(claim)) {
            return false;
          }
          session.execute(
              RoleChange.comment(role.name(), now.get().comment().withoutClaimOf(claim)));
          return OwnerRow.byName(session, server, role.name())
              .filter(row -> row.oid() == role.oid() && !row.comment().isClaimedBy(claim))
              .isPresent();
        });
  }

  private static List<String> whereItIsNeeded(AdminSession session, OwnerRow role)
      throws SQLException {
    return session.query(
        Sql.of(
            """
            SELECT DISTINCT d.datname FROM pg_shdepend s JOIN pg_database d
                ON d.oid = CASE s.classid WHEN 'pg_database'::regclass THEN s.objid ELSE s.dbid END
            WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = %L ORDER BY 1
            """,
            role.oid()),
        row -> row.getString(1));
  }
}
