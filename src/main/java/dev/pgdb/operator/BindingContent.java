package dev.pgdb.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.pgdb.postgres.Secret;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.postgres.provisioning.OwnerLogin;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * What stands in a connection Secret. See <a
 * href="https://servicebinding.io/spec/core/1.1.0/#well-known-secret-entries">Well-known Secret
 * Entries</a>.
 */
final class BindingContent {
  static final String USERNAME = "username";
  static final String PASSWORD = "password";

  /** The next password, from before the role gets it until it has it. */
  static final String PENDING = "pending-password";

  /** Of RFC 3986. */
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  private BindingContent() {}

  /** The data of the Secret; without a password where none is known. */
  static Map<String, String> of(ServerAddress address, String database, OwnerLogin owner) {
    Map<String, String> entries = new TreeMap<>();
    entries.put("type", "postgresql");
    entries.put("provider", "pgdb");
    entries.put("host", String.join(",", address.hosts()));
    entries.put("port", String.valueOf(address.port()));
    entries.put("database", database);
    entries.put(USERNAME, owner.role());
    String authority = address.certificates().authority();
    if (authority != null) {
      entries.put("ca.crt", authority);
    }
    String user = encoded(owner.role());
    String userInfo = user;
    String parameters = "user=" + user;
    if (owner instanceof OwnerLogin.Known(var role, var password)) {
      entries.put(PASSWORD, password.value());
      userInfo += ":" + encoded(password.value());
      parameters += "&password=" + encoded(password.value());
    }
    String place = hosts(address) + "/" + encoded(database);
    String target = address.hosts().size() > 1 ? "&targetServerType=primary" : "";
    entries.put("uri", "postgresql://" + userInfo + "@" + place + query(address));
    entries.put(
        "jdbc-uri", "jdbc:postgresql://" + place + "?" + parameters + target + ssl(address, "&"));
    entries.replaceAll((key, value) -> base64(value));
    return entries;
  }

  static String base64(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(UTF_8));
  }

  static Secret secret(String base64) {
    try {
      return new Secret(new String(Base64.getDecoder().decode(base64), UTF_8));
    } catch (IllegalArgumentException e) {
      return new Secret(""); // no password of ours
    }
  }

  private static String hosts(ServerAddress address) {
    return address.hosts().stream()
        .map(host -> (host.contains(":") ? "[" + host + "]" : host) + ":" + address.port())
        .collect(joining(","));
  }

  private static String query(ServerAddress address) {
    boolean several = address.hosts().size() > 1;
    return (several ? "?target_session_attrs=read-write" : "") + ssl(address, several ? "&" : "?");
  }

  /**
   * An application that wants to verify the server has to say where it keeps the CA, which nobody
   * else can know; encryption is asked for in any case.
   */
  private static String ssl(ServerAddress address, String separator) {
    return address.sslMode().equals("disable") ? "" : separator + "sslmode=require";
  }

  /** Percent-encoded but for what RFC 3986 calls unreserved. */
  static String encoded(String text) {
    var encoded = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean unreserved = UNRESERVED.indexOf(c) >= 0;
      encoded.append(unreserved ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return encoded.toString();
  }
}
