package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.Secret;

/** Whether it is known how the owner of a database logs in. */
public sealed interface OwnerLogin {
  /** The role. */
  String role();

  /** The role was created by us, and has this password. */
  record Known(String role, Secret password) implements OwnerLogin {}

  /** The role was there before, or belongs to somebody else: its password is none of ours. */
  record Unknown(String role) implements OwnerLogin {}
}
