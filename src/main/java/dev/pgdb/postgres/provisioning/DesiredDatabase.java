package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The database that shall exist. What is null is left to the server. See <a
 * href="https://www.postgresql.org/docs/current/sql-createdatabase.html">CREATE DATABASE</a>.
 *
 * @param owner the role that owns it; created with LOGIN where it does not exist
 * @param keepOwner whether one that was there before keeps the owner that it has
 * @param adopt whether a database of the name that nobody claims becomes ours, with all it holds
 * @param connectionLimit -1 is no limit
 * @param content what is in it
 */
public record DesiredDatabase(
    DatabaseIdentity identity,
    String owner,
    boolean keepOwner,
    boolean adopt,
    @Nullable String template,
    @Nullable String encoding,
    @Nullable String locale,
    @Nullable String localeProvider,
    @Nullable String tablespace,
    int connectionLimit,
    DesiredContent content) {

  /** Who shall own a database that exists. */
  String ownerOf(DatabaseRow existing) {
    return keepOwner ? existing.owner() : owner;
  }

  /** Whether something is asked for that PostgreSQL cannot alter later. */
  boolean hasFixedOptions() {
    return encoding != null || locale != null || localeProvider != null || tablespace != null;
  }

  /**
   * Under a name that tells whose it is, until it bears its claim. It is given to its owner only
   * with that: an admin that does not inherit the owner's rights could do neither afterwards. Nor
   * is it opened before: whoever was in it would keep it from being renamed.
   */
  Sql create(ServerFacts server) {
    var options = new ArrayList<Sql>();
    add(options, "TEMPLATE = %I", template);
    add(options, "ENCODING = %L", encoding);
    addLocale(options, server);
    add(options, "TABLESPACE = %I", tablespace);
    options.add(Sql.of("CONNECTION LIMIT = %L", connectionLimit));
    options.add(Sql.of("ALLOW_CONNECTIONS = false"));
    Sql create = Sql.of("CREATE DATABASE %I", DatabaseName.whileCreated(identity.claim()));
    for (Sql option : options) {
      create = Sql.of("%s %s", create, option);
    }
    return create;
  }

  /** Where it is left to the server who provides the locale, so is what the locale means. */
  private void addLocale(List<Sql> options, ServerFacts server) {
    if (localeProvider == null && server.hasLocaleProviders()) {
      add(options, "LOCALE = %L", locale);
      return;
    }
    String provider = Objects.requireNonNullElse(localeProvider, "libc");
    if (!provider.equals("libc") || server.hasLocaleProviders()) {
      options.add(Sql.of("LOCALE_PROVIDER = %I", provider));
    }
    switch (provider) {
      case "icu" -> add(options, "ICU_LOCALE = %L", locale);
      case "builtin" -> add(options, "BUILTIN_LOCALE = %L", locale);
      default -> {
        add(options, "LC_COLLATE = %L", locale);
        add(options, "LC_CTYPE = %L", locale);
      }
    }
  }

  private static void add(List<Sql> options, String template, @Nullable String value) {
    if (value != null) {
      options.add(Sql.of(template, value));
    }
  }
}
