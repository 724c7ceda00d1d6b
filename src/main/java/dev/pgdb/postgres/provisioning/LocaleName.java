package dev.pgdb.postgres.provisioning;

import java.util.Locale;

/**
 * Names of locales, which PostgreSQL does not keep as they were given: the operating system has a
 * name of its own for each, and from PostgreSQL 16 on those of ICU become language tags.
 */
final class LocaleName {
  private LocaleName() {}

  /** C.UTF-8 and C.utf8 are one, and so are C and POSIX. */
  static boolean isSame(String one, String other) {
    return normal(one).equals(normal(other));
  }

  private static String normal(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    return plain.equals("posix") ? "c" : plain;
  }

  /**
   * Whether a database with this locale may be what is wanted. Keywords such as those of {@code
   * de@collation=phonebook} are not compared: what ICU calls them, only ICU knows.
   */
  static boolean mayBe(String wanted, String found, String provider) {
    if (!provider.equals("icu") || isSame(wanted, found)) {
      return isSame(wanted, found);
    }
    return wanted.contains("@")
        ? language(wanted).equals(language(found))
        : tag(wanted).equals(tag(found));
  }

  /** What comes before the keywords, in either form. */
  private static String language(String name) {
    return tag(name.replaceAll("@.*|-u-.*", ""));
  }

  /** As ICU writes it: en_US.UTF-8 is en-US. */
  private static String tag(String name) {
    String tag = name.replaceAll("\\..*", "").replace('_', '-');
    if (isSame(tag, "C")) {
      tag = "en-US-u-va-posix";
    } else if (tag.isEmpty() || tag.equalsIgnoreCase("root")) {
      tag = "und";
    }
    return Locale.forLanguageTag(tag).toLanguageTag();
  }
}
