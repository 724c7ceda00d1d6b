package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.Secret;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where the password of an owner is kept for those who log in with it. The server forgets it at
 * once, so it is kept before the role gets it: no crash leaves a role whose password nobody knows.
 */
public interface OwnerPasswords {
  /** The one among those that are kept which is meant. */
  Optional<Secret> find(Predicate<Secret> meant);

  /** Whether the role shall get another password than it has. */
  boolean renewalWanted();

  /**
   * A new password that is safely kept, beside those that are kept already. Asked again before it
   * has come to be found, it may be the same one.
   */
  Secret next(String role);

  /** Whether a role that was created for the other one may be used, and its password known. */
  boolean sharedWith(Claim other);

  /** Whether the other one, which may be gone by now, is of the same people. */
  boolean isOfSameTenant(Claim other);

  /**
   * Whether these people are those of the server: they may name roles that have rights on all of
   * it, and adopt what is there.
   */
  boolean isOfServersNamespace();
}
