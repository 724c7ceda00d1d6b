package dev.pgdb.postgres;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The names that mean something to pgdb. The API server refuses the reserved ones too; this is the
 * second lock on the same door.
 */
public final class DatabaseName {
  /** NAMEDATALEN - 1: PostgreSQL would cut a longer name off, and so mean another database. */
  public static final int MAX_BYTES = 63;

  private static final String DROPPED = "pgdb_dropped_";
  private static final String CREATING = "pgdb_creating_";
  private static final Set<String> RESERVED =
      Set.of(
          "postgres",
          "template0",
          "template1",
          "rdsadmin",
          "cloudsqladmin",
          "azure_maintenance",
          "azure_sys");

  private DatabaseName() {}

  /** Whether no resource may stand for a database of this name. */
  public static boolean isReserved(String name, ServerAddress server) {
    return isOfTheServer(name)
        || name.equals(server.maintenanceDatabase())
        || name.startsWith(DROPPED)
        || name.startsWith(CREATING)
        || name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES;
  }

  /** Whether a database of this name belongs to PostgreSQL itself or to whoever runs the server. */
  public static boolean isOfTheServer(String name) {
    return RESERVED.contains(name);
  }

  /** The name under which a database is dropped: it says which one, so no other can be meant. */
  public static String whenDropped(long oid) {
    return DROPPED + oid;
  }

  /** The name under which a database is created, until it bears its claim. */
  public static String whileCreated(Claim claim) {
    return CREATING + claim.uid();
  }
}
