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

/** A PostgreSQL server and the role with which to work on it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PostgresServerSpec(
    @Required
        @Size(max = 1024)
        @ValidationRule(value = Hosts.RULE, message = Hosts.MESSAGE)
        @JsonPropertyDescription(
            "Host name or IP address. Several are separated by commas: the primary among them is used.")
        String host,
    @Default("5432")
        @Min(1)
        @Max(65535)
        @JsonPropertyDescription("TCP port of every host. Default: 5432.")
        Integer port,
    @Default("postgres")
        @Size(max = 63)
        @ValidationRule(value = Identifier.RULE, message = Identifier.MESSAGE)
        @ValidationRule(
            value = "!(self in ['template0', 'template1'])",
            message =
                "a session in template0 or template1 makes CREATE DATABASE fail: name another database, such as postgres")
        @JsonPropertyDescription(
            "Database to which the admin connects to work on the others. Never template0 or template1: a session in them makes CREATE DATABASE fail. Default: postgres.")
        String maintenanceDatabase,
    @Required
        @JsonPropertyDescription(
            "Role with which pgdb logs in. It needs CREATEDB and CREATEROLE; on PostgreSQL servers of your own a superuser is simplest.")
        Admin admin,
    @JsonPropertyDescription("Encryption of the connections to this server.") Tls tls,
    @Default("{}")
        @JsonPropertyDescription(
            "Namespaces whose PostgresDatabases may refer to this server. Default: its own.")
        AllowedNamespaces allowedNamespaces,
    @Default("4")
        @Min(2)
        @Max(20)
        @JsonPropertyDescription(
            "Most connections that pgdb opens to this server at a time. Two stay open, so that a deletion can begin when clients have taken every other. A deletion that has to end prepared transactions or subscriptions keeps one more, inside its database. Default: 4.")
        Integer maxConnections) {

  public PostgresServerSpec {
    port = requireNonNullElse(port, 5432);
    maintenanceDatabase = requireNonNullElse(maintenanceDatabase, "postgres");
    tls = requireNonNullElseGet(tls, Tls::defaults);
    allowedNamespaces = requireNonNullElseGet(allowedNamespaces, AllowedNamespaces::defaults);
    maxConnections = requireNonNullElse(maxConnections, 4);
  }
}
