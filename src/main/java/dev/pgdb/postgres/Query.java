package dev.pgdb.postgres;

/**
 * A question to the server that is asked again and again, and how each row of its answer is read.
 *
 * @param <T> what a row becomes
 */
public record Query<T>(Sql sql, AdminSession.RowReader<T> reader) {}
