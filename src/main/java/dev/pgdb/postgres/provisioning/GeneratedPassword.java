package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.Secret;
import java.security.SecureRandom;
import java.util.regex.Pattern;

/**
 * Passwords that nobody has to remember: 190 random bits, in letters and digits alone, which need
 * no escape in a URI nor in SASLprep.
 */
public final class GeneratedPassword {
  private static final String CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private static final int LENGTH = 32;
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9]{" + LENGTH + "}");
  private static final SecureRandom RANDOM = new SecureRandom();

  private GeneratedPassword() {}

  /** A new one. */
  public static Secret next() {
    var password = new StringBuilder(LENGTH);
    RANDOM.ints(LENGTH, 0, CHARACTERS.length()).forEach(i -> password.append(CHARACTERS.charAt(i)));
    return new Secret(password.toString());
  }

  /** Whether it looks like one of these. */
  public static boolean isOne(Secret password) {
    return FORM.matcher(password.value()).matches();
  }
}
