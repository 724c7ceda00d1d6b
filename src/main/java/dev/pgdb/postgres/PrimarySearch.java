package dev.pgdb.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the primary among several hosts of a server. All are asked at once, so that one which takes
 * connections and never answers does not stand before the others.
 */
public final class PrimarySearch {
  private static final long PATIENCE_MILLIS = 12_000;

  /** How long the others may take once a primary has answered: there must not be a second one. */
  private static final long GRACE_MILLIS = 500;

  private static final String NO_ANSWER = "08001"; // sqlclient_unable_to_establish_sqlconnection

  private PrimarySearch() {}

  /** What one host said; neither where it failed. */
  private record Answer(String host, boolean primary, @Nullable SQLException error) {
    @Override
    public String toString() {
      return host + ": " + (error == null ? "a standby" : error.getMessage());
    }
  }

  /**
   * The address of the primary alone; where all are standbys, of the first of them.
   *
   * @throws SQLException when no host is known to be the primary, or more than one says so
   */
  public static ServerAddress find(ServerAddress address) throws SQLException {
    if (address.hosts().size() == 1) {
      return address;
    }
    List<Answer> answers = answers(address);
    List<String> primaries =
        address.hosts().stream()
            .filter(host -> answers.stream().anyMatch(a -> a.primary() && a.host().equals(host)))
            .toList();
    if (primaries.size() == 1) {
      return address.at(primaries);
    }
    if (primaries.size() > 1) {
      throw new SQLException(
          "hosts "
              + String.join(" and ", primaries)
              + " are both primaries: nothing is done until only one of them is",
          "55000");
    }
    if (answers.stream().allMatch(answer -> answer.error() == null)
        && answers.size() == address.hosts().size()) {
      return address.at(address.hosts().subList(0, 1));
    }
    throw noPrimary(answers);
  }

  private static List<Answer> answers(ServerAddress address) throws SQLException {
    BlockingQueue<Answer> arriving = new LinkedBlockingQueue<>();
    for (String host : address.hosts()) {
      Thread.ofVirtual().start(() -> arriving.add(ask(host, address.at(List.of(host)))));
    }
    var answers = new ArrayList<Answer>();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    try {
      while (answers.size() < address.hosts().size()) {
        Answer next = arriving.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (next == null) {
          break;
        }
        answers.add(next);
        if (next.primary()) {
          end = Math.min(end, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException(
          "interrupted while looking for the primary", SqlState.QUERY_CANCELED.code(), e);
    }
    return answers;
  }

  private static Answer ask(String host, ServerAddress address) {
    try (var session = AdminSession.open(address, address.maintenanceDatabase())) {
      boolean standby =
          session
              .queryOne(Sql.of("SELECT pg_is_in_recovery()"), row -> row.getBoolean(1))
              .orElseThrow();
      return new Answer(host, !standby, null);
    } catch (SQLException e) {
      return new Answer(host, false, e);
    }
  }

  /** What says most about it is not that some host is down. */
  private static SQLException noPrimary(List<Answer> answers) {
    List<SQLException> errors =
        answers.stream().flatMap(answer -> Stream.ofNullable(answer.error())).toList();
    SQLException worst =
        errors.stream()
            .filter(error -> ServerProblem.of(error) != ServerProblem.UNREACHABLE)
            .findFirst()
            .orElse(errors.isEmpty() ? null : errors.getFirst());
    return new SQLException(
        "no host is known to be the primary ("
            + answers.stream().map(Answer::toString).collect(Collectors.joining("; "))
            + ")",
        worst == null || worst.getSQLState() == null ? NO_ANSWER : worst.getSQLState(),
        worst);
  }
}
