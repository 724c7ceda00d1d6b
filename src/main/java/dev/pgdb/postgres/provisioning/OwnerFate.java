package dev.pgdb.postgres.provisioning;

import static java.util.stream.Collectors.joining;

import dev.pgdb.postgres.Sql;
import java.util.List;

/** What has become of a role that was created for a database that is gone. */
public sealed interface OwnerFate {
  /** The role. */
  String role();

  /** Nobody needed it any more. */
  record Dropped(String role) implements OwnerFate {}

  /** It was created for other databases as well, and goes with the last of them. */
  record Shared(String role) implements OwnerFate {}

  /**
   * Something else belongs to it, or was granted to it.
   *
   * @param databases where that is; none where it is in no database
   */
  record Kept(String role, List<String> databases) implements OwnerFate {
    public Kept {
      databases = List.copyOf(databases);
    }

    /** What a person has to say for it to go. */
    public String remedy() {
      Sql quoted = Sql.of("%I", role);
      String there =
          databases.isEmpty()
              ? ""
              : "in database "
                  + databases.stream()
                      .map(name -> Sql.of("%I", name).toString())
                      .collect(joining(", "))
                  + ": ";
      return there
          + "REASSIGN OWNED BY "
          + quoted
          + " TO another role; DROP OWNED BY "
          + quoted
          + "; and then: DROP ROLE "
          + quoted;
    }
  }

  /** Somebody else is changing it, and it still is as it was: try again. */
  record Locked(String role, String why) implements OwnerFate {}

  /** The server did not let it be dropped, and it is a role like any other now. */
  record Refused(String role, String why) implements OwnerFate {
    /** What a person has to say for it to go. */
    public String remedy() {
      return Sql.of("DROP ROLE %I", role).toString();
    }
  }
}
