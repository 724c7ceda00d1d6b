package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.Secret;
import java.util.List;
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

  /** A new password, safely kept, for a role that does not exist yet. */
  Secret next(String role);

  /**
   * A new password for a role that has one, safely kept beside that one by all who log in with it.
   * Asked again before it has come to be found, it may be the same one.
   *
   * @param claims whose role it is
   * @param current which password the role has
   */
  Secret next(String role, List<Claim> claims, Predicate<Secret> current);

  /** Whether another one is kept beside this one: it is a role's next, or was meant to be. */
  boolean isOtherPending(Secret password);

  /** Keeps no other one any more. */
  void forgetPending();

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
