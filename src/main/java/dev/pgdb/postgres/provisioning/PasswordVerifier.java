package dev.pgdb.postgres.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pgdb.postgres.Secret;
import dev.pgdb.postgres.ServerFacts;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a server stores instead of a password. It is computed here, so that the password itself
 * stands in no log of the server and in no list of its statements. See <a
 * href="https://www.postgresql.org/docs/current/catalog-pg-authid.html">pg_authid.rolpassword</a>.
 */
final class PasswordVerifier {
  private static final int WITH_SCRAM = 100000;

  /** The same as PostgreSQL's own; more would cost every login. */
  private static final int ITERATIONS = 4096;

  private static final int SALT_BYTES = 16;
  private static final int KEY_BITS = 256;
  private static final SecureRandom RANDOM = new SecureRandom();

  private PasswordVerifier() {}

  /** SCRAM-SHA-256 where the server knows it, from PostgreSQL 10 on. */
  static Secret of(Secret password, String role, ServerFacts server) {
    if (server.versionNumber() < WITH_SCRAM) {
      return md5(password, role);
    }
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    return scram(password, salt);
  }

  static Secret scram(Secret password, byte[] salt) {
    try {
      var spec = new PBEKeySpec(password.value().toCharArray(), salt, ITERATIONS, KEY_BITS);
      byte[] salted =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
      byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(hmac(salted, "Client Key"));
      Base64.Encoder base64 = Base64.getEncoder();
      return new Secret(
          "SCRAM-SHA-256$"
              + ITERATIONS
              + ":"
              + base64.encodeToString(salt)
              + "$"
              + base64.encodeToString(storedKey)
              + ":"
              + base64.encodeToString(hmac(salted, "Server Key")));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM lacks what every JVM must have", e);
    }
  }

  @SuppressWarnings("WeakHash") // PostgreSQL 9.6 has nothing better
  static Secret md5(Secret password, String role) {
    try {
      byte[] hash =
          MessageDigest.getInstance("MD5").digest((password.value() + role).getBytes(UTF_8));
      return new Secret("md5" + HexFormat.of().formatHex(hash));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM lacks what every JVM must have", e);
    }
  }

  private static byte[] hmac(byte[] key, String message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message.getBytes(UTF_8));
  }
}
