package dev.pgdb.api;

/** How a connection to PostgreSQL is encrypted and whom it trusts; libpq's {@code sslmode}. */
public enum TlsMode {
  /** No TLS. */
  Disable,
  /** TLS, whoever the server is. */
  Require,
  /** TLS, and the certificate must be signed by a trusted authority. */
  VerifyCA,
  /** As {@link #VerifyCA}, and the certificate must name the host that was dialled. */
  VerifyFull
}
