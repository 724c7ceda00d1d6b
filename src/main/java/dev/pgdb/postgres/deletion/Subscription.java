package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Query;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A subscription of the database: it holds the database up even when disabled, and can be dropped
 * only from inside (docs/postgresql.md, "Subscriptions"). See <a
 * href="https://www.postgresql.org/docs/current/catalog-pg-subscription.html">pg_subscription</a>.
 *
 * @param slot the replication slot that it has on its publisher, and leaves there
 * @param ofSuperusers whether only a superuser may alter it, though its owner is none:
 *     password_required is false
 * @param actionable whether the admin may drop it
 */
public record Subscription(
    String name, String owner, @Nullable String slot, boolean ofSuperusers, boolean actionable) {

  /**
   * From PostgreSQL 14 on, a DROP asks the publisher for the slots of tables that are not copied
   * yet, even without a slot of its own; where no answer comes, it waits for ever. This fails at
   * once; the password is what a subscription of an ordinary role must have.
   */
  private static final String NOWHERE = "host=/nowhere password=none";

  /** Only servers with logical replication can be asked. */
  static Query<Subscription> of(long oid, ServerFacts server) {
    return new Query<>(
        Sql.of(
            """
            SELECT subname, pg_get_userbyid(subowner), subslotname, %s, pg_has_role(subowner, %L)
            FROM pg_subscription WHERE subdbid = %L ORDER BY subname
            """,
            Sql.of(
                server.hasSubscriptionsOfRoles()
                    ? "NOT subpasswordrequired AND NOT (SELECT rolsuper FROM pg_roles r WHERE r.oid = subowner)"
                    : "false"),
            server.setRolePrivilege(),
            oid),
        row -> {
          boolean ofSuperusers = row.getBoolean(4);
          return new Subscription(
              row.getString(1),
              row.getString(2),
              row.getString(3),
              ofSuperusers,
              row.getBoolean(5) && (server.superuser() || !ofSuperusers));
        });
  }

  /**
   * Drops it without a word to the publisher, which may not answer; on a session inside. A
   * superuser does so in its own role: the owner may not alter a subscription with
   * password_required = false. Sent together, all of it happens or nothing: a subscription that is
   * still there still tells its slot.
   */
  List<Sql> drop(boolean superuser) {
    return List.of(
        superuser
            ? Sql.of("SET session_replication_role = replica") // no event trigger is in the way
            : Sql.of("SET ROLE %I", owner),
        Sql.of("ALTER SUBSCRIPTION %I DISABLE", name),
        Sql.of("ALTER SUBSCRIPTION %I CONNECTION %L", name, NOWHERE),
        Sql.of("ALTER SUBSCRIPTION %I SET (slot_name = NONE)", name),
        Sql.of("DROP SUBSCRIPTION IF EXISTS %I", name),
        superuser ? Sql.of("RESET session_replication_role") : Sql.of("RESET ROLE"));
  }
}
