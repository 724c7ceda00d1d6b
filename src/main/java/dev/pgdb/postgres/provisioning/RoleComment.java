package dev.pgdb.postgres.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.Secret;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The COMMENT of a role, taken apart: who claims it, a line for each database that it was created
 * for, and which password it has. The server tells nobody but superusers what password a role has;
 * the mark tells everybody whether a given one is it, and helps nobody to guess 190 random bits.
 *
 * @param rest the comment of other people
 * @param mark which password the role has; null where pgdb has set none
 */
record RoleComment(List<String> rest, List<Claim> claims, @Nullable String mark) {
  private static final String MARK = "pgdb.dev/password: ";
  private static final Pattern MARK_LINE = Pattern.compile(MARK + "([0-9a-f]{32})");
  private static final int MARK_BYTES = 16;
  static final RoleComment NONE = new RoleComment(List.of(), List.of(), null);

  RoleComment {
    rest = List.copyOf(rest);
    claims = List.copyOf(claims);
  }

  static RoleComment of(Claim claim, Secret password) {
    return NONE.claimedBy(claim).withPassword(password);
  }

  static RoleComment parse(@Nullable String comment) {
    if (comment == null) {
      return NONE;
    }
    var rest = new ArrayList<String>();
    var claims = new ArrayList<Claim>();
    String mark = null;
    for (String line : comment.split("\n", -1)) {
      Matcher marked = MARK_LINE.matcher(line);
      if (marked.matches()) {
        mark = marked.group(1);
      } else {
        Claim.in(line).ifPresentOrElse(claims::add, () -> rest.add(line));
      }
    }
    return new RoleComment(rest, claims, mark);
  }

  boolean isClaimedBy(Claim claim) {
    return claims.stream().anyMatch(found -> found.uid().equals(claim.uid()));
  }

  boolean isClaimed() {
    return !claims.isEmpty();
  }

  RoleComment claimedBy(Claim claim) {
    if (isClaimedBy(claim)) {
      return this;
    }
    var more = new ArrayList<>(claims);
    more.add(claim);
    return new RoleComment(rest, more, mark);
  }

  /** Without any claim it is the comment of other people alone. */
  RoleComment withoutClaimOf(Claim claim) {
    List<Claim> others = claims.stream().filter(found -> !found.uid().equals(claim.uid())).toList();
    return new RoleComment(rest, others, others.isEmpty() ? null : mark);
  }

  RoleComment withPassword(Secret password) {
    return new RoleComment(rest, claims, mark(password));
  }

  /** Whether the role has this password, unless somebody else has given it another one. */
  boolean marks(Secret password) {
    return mark(password).equals(mark);
  }

  /** As it is stored. */
  String text() {
    var lines = new ArrayList<>(rest);
    claims.forEach(claim -> lines.add(claim.addedTo(null)));
    if (mark != null) {
      lines.add(MARK + mark);
    }
    return String.join("\n", lines);
  }

  private static String mark(Secret password) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(password.value().getBytes(UTF_8));
      return HexFormat.of().formatHex(hash, 0, MARK_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM lacks what every JVM must have", e);
    }
  }
}
