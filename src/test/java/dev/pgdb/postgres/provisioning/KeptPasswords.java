package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Passwords that are kept as long as the test runs. */
public final class KeptPasswords implements OwnerPasswords {
  private final List<Secret> kept = new ArrayList<>();

  @Override
  public Optional<Secret> find(Predicate<Secret> meant) {
    return kept.stream().filter(meant).findFirst();
  }

  @Override
  public boolean renewalWanted() {
    return false;
  }

  @Override
  public Secret next(String role) {
    Secret next = GeneratedPassword.next();
    kept.add(next);
    return next;
  }

  @Override
  public Secret next(String role, List<Claim> claims, Predicate<Secret> current) {
    return next(role);
  }

  @Override
  public boolean isOtherPending(Secret password) {
    return false;
  }

  @Override
  public void forgetPending() {}

  @Override
  public boolean sharedWith(Claim other) {
    return false;
  }

  @Override
  public boolean isOfSameTenant(Claim other) {
    return true;
  }

  @Override
  public boolean isOfServersNamespace() {
    return true;
  }
}
