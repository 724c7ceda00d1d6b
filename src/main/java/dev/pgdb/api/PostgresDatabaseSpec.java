package dev.pgdb.api;

import static java.util.Objects.requireNonNullElse;
import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A database, how it is created and how it ends. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "has(self.template) == has(oldSelf.template) && (!has(self.template) || self.template == oldSelf.template)",
    reason = "FieldValueForbidden",
    fieldPath = ".template",
    message =
        "template cannot change: PostgreSQL fixes it when it creates the database; create another PostgresDatabase instead")
@ValidationRule(
    value =
        "has(self.encoding) == has(oldSelf.encoding) && (!has(self.encoding) || self.encoding == oldSelf.encoding)",
    reason = "FieldValueForbidden",
    fieldPath = ".encoding",
    message =
        "encoding cannot change: PostgreSQL fixes it when it creates the database; create another PostgresDatabase instead")
@ValidationRule(
    value =
        "has(self.locale) == has(oldSelf.locale) && (!has(self.locale) || self.locale == oldSelf.locale)",
    reason = "FieldValueForbidden",
    fieldPath = ".locale",
    message =
        "locale cannot change: PostgreSQL fixes it when it creates the database; create another PostgresDatabase instead")
@ValidationRule(
    value =
        "has(self.localeProvider) == has(oldSelf.localeProvider) && (!has(self.localeProvider) || self.localeProvider == oldSelf.localeProvider)",
    reason = "FieldValueForbidden",
    fieldPath = ".localeProvider",
    message =
        "localeProvider cannot change: PostgreSQL fixes it when it creates the database; create another PostgresDatabase instead")
public record PostgresDatabaseSpec(
    @Required
        @ValidationRule(
            value = "self == oldSelf",
            reason = "FieldValueForbidden",
            message =
                "serverRef cannot change: a database stays on its server; create another PostgresDatabase instead")
        @JsonPropertyDescription("PostgresServer on which the database lives. Cannot change.")
        ServerRef serverRef,
    @Size(max = 63)
        @ValidationRule(value = Identifier.RULE, message = Identifier.MESSAGE)
        @JsonPropertyDescription(
            "CREATE DATABASE name: any name that PostgreSQL takes, up to 63 bytes. Cannot change. Default: the name of this resource.")
        @Nullable String databaseName,
    @Default("Refuse")
        @JsonPropertyDescription(
            "What to do with a database of this name that was there before. Refuse: report it and leave it alone, also on deletion. Adopt: make it this resource's own, which also means that deletion drops it. Default: Refuse.")
        ExistingDatabase existingDatabase,
    @Size(max = 63)
        @ValidationRule(value = Identifier.RULE, message = Identifier.MESSAGE)
        @ValidationRule(
            value = "!(self.startsWith('pg_') || self in ['public', 'none'])",
            message =
                "PostgreSQL reserves the role names public, none and those that begin with pg_: choose another")
        @JsonPropertyDescription(
            "CREATE DATABASE ... OWNER: a role. It is created with LOGIN and a generated password when it does not exist. Default: the name of the database.")
        @Nullable String owner,
    @Size(max = 63)
        @ValidationRule(value = Identifier.RULE, message = Identifier.MESSAGE)
        @JsonPropertyDescription(
            "CREATE DATABASE ... TEMPLATE: the database that is copied. Cannot change. Default: template1.")
        @Nullable String template,
    @Size(max = 63)
        @ValidationRule(value = Identifier.RULE, message = Identifier.MESSAGE)
        @JsonPropertyDescription(
            "CREATE DATABASE ... ENCODING, such as UTF8. One that differs from the template's needs template: template0. Cannot change. Default: that of the template.")
        @Nullable String encoding,
    @Size(min = 1, max = 128)
        @JsonPropertyDescription(
            "CREATE DATABASE ... LOCALE, such as C.UTF-8. One that differs from the template's needs template: template0. Cannot change. Default: that of the template.")
        @Nullable String locale,
    @JsonPropertyDescription(
            "CREATE DATABASE ... LOCALE_PROVIDER: libc, icu (PostgreSQL 15 or newer) or builtin (17 or newer). Cannot change. Default: that of the template.")
        @Nullable LocaleProvider localeProvider,
    @Size(max = 63)
        @ValidationRule(value = Identifier.RULE, message = Identifier.MESSAGE)
        @JsonPropertyDescription(
            "CREATE DATABASE ... TABLESPACE: where the files are. It must exist. Default: that of the template.")
        @Nullable String tablespace,
    @Default("-1")
        @Min(-1)
        @Max(262143)
        @JsonPropertyDescription(
            "CREATE DATABASE ... CONNECTION LIMIT: most sessions at a time; -1 for no limit. Default: -1.")
        Integer connectionLimit,
    @Size(max = 64) @JsonPropertyDescription("Extensions that the database has.")
        List<Extension> extensions,
    @Size(max = 64) @JsonPropertyDescription("Schemas that the database has.") List<Schema> schemas,
    @JsonPropertyDescription("Secret that tells applications how to connect.")
        @Nullable ConnectionSecret connectionSecret,
    @Default("{}") @JsonPropertyDescription("What happens when this resource is deleted.")
        Deletion deletion) {

  public PostgresDatabaseSpec {
    existingDatabase = requireNonNullElse(existingDatabase, ExistingDatabase.Refuse);
    connectionLimit = requireNonNullElse(connectionLimit, -1);
    extensions = extensions == null ? List.of() : List.copyOf(extensions);
    schemas = schemas == null ? List.of() : List.copyOf(schemas);
    deletion = requireNonNullElseGet(deletion, Deletion::defaults);
  }
}
