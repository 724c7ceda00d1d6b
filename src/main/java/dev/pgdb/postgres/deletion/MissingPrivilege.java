package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Sql;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The admin may not change the database (docs/postgresql.md, "Admin roles"). */
record MissingPrivilege(String database, String owner, AdminRole admin) implements Blocker {
  @Override
  public String subject() {
    return "role " + admin;
  }

  @Override
  public @Nullable Instant since() {
    return null;
  }

  @Override
  public String message() {
    return "role "
        + admin
        + " is neither a superuser nor a member of role "
        + owner
        + ", which owns "
        + Sql.of("database %I", database);
  }

  @Override
  public String remedy() {
    return "As a superuser, or as a role with ADMIN OPTION for it: "
        + admin.membershipIn(owner)
        + ";";
  }
}
