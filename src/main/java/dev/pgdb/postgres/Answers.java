package dev.pgdb.postgres;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What the server said to queries that were sent together. */
public final class Answers {
  private final IdentityHashMap<Query<?>, List<?>> rows = new IdentityHashMap<>();

  Answers() {}

  <T> void add(Query<T> query, List<T> answer) {
    rows.put(query, answer);
  }

  /** The rows that one of the queries returned. */
  @SuppressWarnings("unchecked") // only add() puts anything in
  public <T> List<T> to(Query<T> query) {
    return (List<T>) Objects.requireNonNull(rows.get(query), "this query was not sent");
  }

  /** The row of a query that returns at most one. */
  public <T> Optional<T> one(Query<T> query) {
    return to(query).stream().findFirst();
  }
}
