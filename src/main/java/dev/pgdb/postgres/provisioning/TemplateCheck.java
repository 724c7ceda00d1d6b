package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.DatabaseRow;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/**
 * Which databases may be copied. PostgreSQL lets a superuser copy every one, with all the data in
 * it; whoever writes a resource is none.
 */
final class TemplateCheck {
  private static final Set<String> FOR_EVERYBODY = Set.of("template0", "template1");

  private TemplateCheck() {}

  /** Why the template must not be copied, if so. */
  static Optional<String> refusal(AdminSession session, DesiredDatabase desired)
      throws SQLException {
    String template = desired.template();
    if (template == null || FOR_EVERYBODY.contains(template)) {
      return Optional.empty();
    }
    Optional<DatabaseRow> found = DatabaseRow.byName(session, template);
    boolean allowed =
        found
            .filter(DatabaseRow::template)
            .filter(row -> row.claim().isEmpty() || row.isClaimedBy(desired.identity().claim()))
            .isPresent();
    return allowed
        ? Optional.empty()
        : Optional.of(
            "spec.template may name template0, template1 or a database with IS_TEMPLATE that"
                + " belongs to no other PostgresDatabase, and \""
                + template
                + "\" is none of these");
  }
}
