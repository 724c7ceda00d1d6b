package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Need.*;

import java.util.List;
import java.util.Set;

/** The kinds of role that pgdb is given to work as, and what each can do by itself. */
enum AdminKind {
  SUPERUSER("SUPERUSER", Need.values()),

  OWNER_THAT_MAY_SIGNAL("CREATEDB", OWNERSHIP, END_CLIENTS, END_STRANGERS),

  /** Of the owner's and of the clients' roles. */
  MEMBER("", OWNERSHIP, END_CLIENTS, END_STRANGERS, ACT_AS_CLIENTS),

  /** Has to SET ROLE for everything, and so to know whose a session is. */
  NOINHERIT_MEMBER("CREATEDB NOINHERIT", OWNERSHIP, END_CLIENTS, ACT_AS_CLIENTS),

  BARE_OWNER("", OWNERSHIP),

  /**
   * Has created the owner's and the clients' roles, which by itself gives it nothing; but up to
   * PostgreSQL 15 it may grant itself every role, and from 16 on those that it has created.
   */
  CREATOR_OF_THE_ROLES("CREATEDB CREATEROLE"),

  /** As on a managed service: an agent that is a superuser sits in the database. */
  BESIDE_AN_AGENT(
      "CREATEDB CREATEROLE REPLICATION",
      OWNERSHIP,
      END_CLIENTS,
      END_STRANGERS,
      ACT_AS_CLIENTS,
      DROP_SLOTS);

  /** Of its CREATE ROLE. */
  final String attributes;

  @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
  private final Set<Need> abilities;

  AdminKind(String attributes, Need... abilities) {
    this.attributes = attributes;
    this.abilities = Set.of(abilities);
  }

  /** What of these it does not have, and has to be told. */
  List<Need> lacks(Set<Need> needs) {
    return needs.stream().filter(need -> !abilities.contains(need)).toList();
  }

  boolean can(Need need) {
    return abilities.contains(need);
  }

  boolean isSuperuser() {
    return this == SUPERUSER;
  }

  /** Whether the database belongs to the admin itself rather than to a role of its own. */
  boolean ownsTheDatabase() {
    return this == OWNER_THAT_MAY_SIGNAL || this == BARE_OWNER || this == BESIDE_AN_AGENT;
  }

  boolean isMemberOfTheClients() {
    return this == MEMBER || this == NOINHERIT_MEMBER || this == BESIDE_AN_AGENT;
  }

  boolean maySignalBackends() {
    return this == OWNER_THAT_MAY_SIGNAL || this == BESIDE_AN_AGENT;
  }

  boolean createsTheRoles() {
    return this == CREATOR_OF_THE_ROLES;
  }

  boolean isBesideAnAgent() {
    return this == BESIDE_AN_AGENT;
  }
}
