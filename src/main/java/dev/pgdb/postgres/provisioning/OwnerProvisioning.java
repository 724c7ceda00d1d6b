package dev.pgdb.postgres.provisioning;

import static java.util.Objects.requireNonNull;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.Secret;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.SqlState;
import dev.pgdb.postgres.provisioning.OwnerLogin.Known;
import dev.pgdb.postgres.provisioning.OwnerLogin.Unknown;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The role that owns a database. One that does not exist is created, and claimed in its COMMENT by
 * each database that it is created or used for; one that was there before gets no password from us.
 */
final class OwnerProvisioning {
  private static final int ATTEMPTS = 3;
  private static final SqlState[] SOMEBODY_WAS_FASTER = {
    SqlState.SERIALIZATION_FAILURE,
    SqlState.DUPLICATE_OBJECT,
    SqlState.UNIQUE_VIOLATION,
    SqlState.UNDEFINED_OBJECT,
    SqlState.INTERNAL_ERROR
  };

  private final AdminSession session;
  private final ServerFacts server;
  private final Claim claim;
  private final OwnerPasswords passwords;
  private final BooleanSupplier confirmed;
  private final OwnerCheck check;

  /**
   * @param confirmed asked right before a role is created or changed: whether that is still wanted
   */
  OwnerProvisioning(
      AdminSession session,
      ServerFacts server,
      Claim claim,
      OwnerPasswords passwords,
      BooleanSupplier confirmed) {
    this.session = session;
    this.server = server;
    this.claim = claim;
    this.passwords = passwords;
    this.confirmed = confirmed;
    this.check = new OwnerCheck(session, server, claim, passwords);
  }

  /**
   * Sees to it that the role exists, and finds out how it logs in.
   *
   * @throws OwnerTakenException where it must not be the owner; nothing has changed then
   * @throws SQLException also where somebody else changes the role again and again, or it is not
   *     wanted any more
   */
  OwnerLogin ensure(String role) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        return ensureOnce(role);
      } catch (SQLException e) {
        if (SqlState.LOCK_NOT_AVAILABLE.is(e)) {
          throw new SQLException(
              "role \"" + role + "\" is locked by another transaction", e.getSQLState(), e);
        }
        if (attempt == ATTEMPTS || !SqlState.isOneOf(e, SOMEBODY_WAS_FASTER)) {
          throw e;
        }
      }
    }
  }

  private OwnerLogin ensureOnce(String role) throws SQLException {
    OwnerRow found = find(role).orElse(null);
    if (found == null) {
      Secret password = create(role);
      becomeMember(role);
      return new Known(role, password);
    }
    check.check(found);
    if (!found.member()) {
      becomeMember(role);
    }
    if (!found.comment().isClaimedBy(claim)) {
      if (!mayShare(found)) {
        return new Unknown(role);
      }
      change(role, now -> List.of(RoleChange.comment(role, now.comment().claimedBy(claim))));
    }
    if (!passwords.renewalWanted()) {
      Optional<Secret> kept = passwords.find(found.comment()::marks);
      if (kept.isPresent()) {
        forgetOthersThan(kept.get(), role);
        return new Known(role, kept.get());
      }
    }
    return new Known(role, renew(role));
  }

  private Optional<OwnerRow> find(String role) throws SQLException {
    return OwnerRow.byName(session, server, role);
  }

  private boolean mayShare(OwnerRow found) {
    return found.comment().claims().stream().anyMatch(passwords::sharedWith);
  }

  private Secret create(String role) throws SQLException {
    if (!server.createRole()) {
      throw new SQLException(
          "the admin role of the server lacks CREATEROLE", SqlState.INSUFFICIENT_PRIVILEGE.code());
    }
    Secret password = passwords.next(role);
    List<Sql> creation =
        List.of(
            Sql.of(
                "CREATE ROLE %I LOGIN PASSWORD %L",
                role, PasswordVerifier.of(password, role, server)),
            RoleChange.comment(role, RoleComment.of(claim, password)));
    boolean created =
        RoleChange.apply(
            session,
            server,
            role,
            now -> now.isEmpty() ? creation : List.of(),
            confirmed::getAsBoolean);
    if (!created) {
      throw changedMeanwhile(role);
    }
    return password;
  }

  /** Kept behind the lock by all whose role it is: nobody else renews or forgets it meanwhile. */
  private Secret renew(String role) throws SQLException {
    var renewed = new AtomicReference<@Nullable Secret>();
    change(
        role,
        now -> {
          RoleComment comment = now.comment();
          Secret password = passwords.next(role, comment.claims(), comment::marks);
          renewed.set(password);
          return List.of(
              Sql.of(
                  "ALTER ROLE %I PASSWORD %L", role, PasswordVerifier.of(password, role, server)),
              RoleChange.comment(role, comment.withPassword(password)));
        });
    return requireNonNull(renewed.get());
  }

  /**
   * One that was to be the next and has not come to be it is of no use. Behind the lock nobody is
   * about to give it to the role.
   */
  private void forgetOthersThan(Secret password, String role) throws SQLException {
    if (!passwords.isOtherPending(password)) {
      return;
    }
    try {
      RoleChange.apply(
          session,
          server,
          role,
          now -> {
            if (now.filter(row -> row.comment().marks(password)).isEmpty()) {
              throw changedMeanwhile(role);
            }
            passwords.forgetPending();
            return List.of();
          },
          () -> true);
    } catch (SQLException e) {
      if (!SqlState.INSUFFICIENT_PRIVILEGE.is(e)) { // nor may we give it another one then
        throw e;
      }
    }
  }

  private void change(String role, Change change) throws SQLException {
    boolean changed =
        RoleChange.apply(
            session,
            server,
            role,
            now -> isStillOurs(now) ? change.to(now.get()) : List.of(),
            confirmed::getAsBoolean);
    if (!changed) {
      throw changedMeanwhile(role);
    }
  }

  private boolean isStillOurs(Optional<OwnerRow> now) {
    return now.isPresent() && (now.get().comment().isClaimedBy(claim) || mayShare(now.get()));
  }

  private static SQLException changedMeanwhile(String role) {
    return new SQLException(
        "role \"" + role + "\" was changed by somebody else meanwhile",
        SqlState.SERIALIZATION_FAILURE.code());
  }

  /**
   * Who is no superuser has to be a member of the owner to give a database away, and to delete it
   * later (docs/postgresql.md, "Admin roles").
   */
  private void becomeMember(String role) throws SQLException {
    if (server.superuser()) {
      return;
    }
    try {
      session.execute(
          Sql.of(
              server.hasMembershipOptions()
                  ? "GRANT %I TO CURRENT_USER WITH INHERIT TRUE, SET TRUE"
                  : "GRANT %I TO CURRENT_USER",
              role));
    } catch (SQLException e) {
      if (!SqlState.INSUFFICIENT_PRIVILEGE.is(e)) {
        throw e; // else the change of the owner says what is missing
      }
    }
  }

  @FunctionalInterface
  private interface Change {
    List<Sql> to(OwnerRow now) throws SQLException;
  }
}
