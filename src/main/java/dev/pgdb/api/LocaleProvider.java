package dev.pgdb.api;

/** The library that sorts and compares text. */
public enum LocaleProvider {
  /** The C library of the server. */
  libc,
  /** ICU; PostgreSQL 15 or newer. */
  icu,
  /** PostgreSQL itself; PostgreSQL 17 or newer. */
  builtin
}
