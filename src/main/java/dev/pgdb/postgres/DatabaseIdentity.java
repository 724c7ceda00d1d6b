package dev.pgdb.postgres;

import static java.util.stream.Collectors.joining;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which database is meant. Its name alone never says that: a database can be dropped and another
 * created under the same name between two looks.
 *
 * @param name what it is called
 * @param claim who it belongs to
 * @param recorded what was noted of it when it became ours; null where that never happened
 */
public record DatabaseIdentity(String name, Claim claim, @Nullable Recorded recorded) {

  /**
   * What was noted of a database when it became ours.
   *
   * @param oid unique in its cluster
   * @param systemIdentifier of that cluster
   */
  public record Recorded(long oid, String systemIdentifier) {}

  /** Whether this server is another cluster than the one on which the database became ours. */
  public boolean isOnAnotherClusterThan(ServerFacts server) {
    return recorded != null && !recorded.systemIdentifier().equals(server.systemIdentifier());
  }

  /**
   * The database that is meant: by the OID where one was recorded, else by the claim. A database
   * that only has the name is not meant.
   *
   * @throws SQLException also where several bear the claim and no OID was recorded: nobody but a
   *     person can know which one is meant
   */
  public Optional<DatabaseRow> find(AdminSession session) throws SQLException {
    Query<DatabaseRow> candidates = candidates();
    return meant(session.queryAll(List.of(candidates)).to(candidates));
  }

  /**
   * Whether the database with the recorded OID is still the one that was meant. One that bears no
   * claim any more has to have a name that is ours: a server that was put back to an earlier state
   * counts its OIDs from there, and gives ours to whoever creates a database next
   * (docs/postgresql.md, "Identity").
   */
  public boolean isStill(DatabaseRow row) {
    return row.claim().isPresent()
        ? row.isClaimedBy(claim)
        : row.name().equals(name)
            || row.buried()
            || row.name().equals(DatabaseName.whileCreated(claim));
  }

  /** Asks for all that may be the database that is meant. */
  public Query<DatabaseRow> candidates() {
    return recorded == null ? DatabaseRow.byClaim(claim) : DatabaseRow.byOid(recorded.oid());
  }

  /**
   * The one that is meant among the candidates: several bear one claim where a person, or pg_dump
   * --create, has copied a comment.
   *
   * @throws SQLException where nobody but a person can know which one is meant
   */
  public Optional<DatabaseRow> meant(List<DatabaseRow> candidates) throws SQLException {
    if (recorded != null) {
      return candidates.stream().findFirst();
    }
    List<DatabaseRow> found = candidates.stream().filter(row -> row.isMeantBy(claim)).toList();
    if (found.size() > 1) {
      throw new SQLException(
          "databases "
              + found.stream().map(row -> "\"" + row.name() + "\"").collect(joining(", "))
              + " all bear the claim of "
              + claim.holder()
              + "; take the line from the comment of those that it does not belong to: COMMENT ON"
              + " DATABASE … IS NULL");
    }
    return found.stream().findFirst();
  }
}
