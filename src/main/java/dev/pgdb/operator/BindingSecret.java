package dev.pgdb.operator;

import static dev.pgdb.operator.BindingContent.PASSWORD;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.postgres.provisioning.GeneratedPassword;
import dev.pgdb.postgres.provisioning.OwnerLogin;
import dev.pgdb.postgres.provisioning.OwnerLogin.Known;
import dev.pgdb.postgres.provisioning.OwnerLogin.Unknown;
import dev.pgdb.postgres.provisioning.OwnerPasswords;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The connection Secret of one resource, during one pass. While the cache shows that all is well,
 * the API server is not asked; before anything is decided upon something else, it is.
 */
final class BindingSecret implements OwnerPasswords {
  /** On the resource: any new value asks for a new password. On the Secret: the last one served. */
  static final String ROTATE = "pgdb.dev/rotate-password";

  private final BindingSecrets secrets;
  private final PostgresDatabase database;
  private final ServerAddress address;
  private @Nullable Secret seen;
  private boolean live;

  BindingSecret(BindingSecrets secrets, PostgresDatabase database, ServerAddress address) {
    this.secrets = secrets;
    this.database = database;
    this.address = address;
    this.seen = secrets.cached(database, name()).orElse(null);
  }

  String name() {
    return Translation.connectionSecret(database);
  }

  /** Whether somebody else's Secret has the name. */
  boolean isForeign() {
    if (seen == null) {
      look();
    }
    return seen != null && !BindingSecrets.isOurs(seen, database);
  }

  /** Whether another password is kept for the role, which may have got it a moment ago. */
  boolean isPending() {
    return seen != null && BindingSecrets.data(seen).containsKey(BindingContent.PENDING);
  }

  @Override
  public boolean renewalWanted() {
    if (rotationIsServed()) {
      return false;
    }
    look();
    return !rotationIsServed();
  }

  private boolean rotationIsServed() {
    String wanted = rotation(database);
    return wanted == null || wanted.equals(served(seen == null ? secrets.former(database) : seen));
  }

  private static @Nullable String served(@Nullable Secret secret) {
    return secret == null ? null : annotations(secret).get(ROTATE);
  }

  /** The wish for a new password, whichever it is. */
  static @Nullable String rotation(PostgresDatabase database) {
    return annotations(database).get(ROTATE);
  }

  @Override
  public Optional<dev.pgdb.postgres.Secret> find(Predicate<dev.pgdb.postgres.Secret> meant) {
    return passwords(seen)
        .filter(meant)
        .findFirst()
        .or(() -> lookedUp().filter(meant).findFirst())
        .or(
            () ->
                secrets.ofTenant(database).stream()
                    .flatMap(BindingSecret::passwords)
                    .filter(meant)
                    .findFirst());
  }

  private Stream<dev.pgdb.postgres.Secret> lookedUp() {
    look();
    return passwords(seen);
  }

  /** Kept as the password where there was no Secret, else under a key of its own at first. */
  @Override
  public dev.pgdb.postgres.Secret next(String role) {
    look();
    var password = NextPassword.in(seen).orElseGet(GeneratedPassword::next);
    keep(role, password, current -> false, rotation(database));
    return password;
  }

  @Override
  public dev.pgdb.postgres.Secret next(
      String role, List<Claim> claims, Predicate<dev.pgdb.postgres.Secret> current) {
    lookAgain();
    var password = NextPassword.in(seen).orElseGet(GeneratedPassword::next);
    keep(role, password, current, null); // it is served once the role has it
    for (Secret other : secrets.ofOthers(database, claims, role)) {
      NextPassword.addedTo(other, password, current).ifPresent(secrets::update);
    }
    return password;
  }

  private void keep(
      String role,
      dev.pgdb.postgres.Secret password,
      Predicate<dev.pgdb.postgres.Secret> current,
      @Nullable String served) {
    if (seen == null) {
      seen = secrets.create(moved(role, password, current, served));
    }
    seen = NextPassword.addedTo(seen, password, current).map(secrets::update).orElse(seen);
  }

  /**
   * What is bound under a former name works until the role has the next password, and so does what
   * takes its place.
   */
  private Secret moved(
      String role,
      dev.pgdb.postgres.Secret password,
      Predicate<dev.pgdb.postgres.Secret> current,
      @Nullable String served) {
    Secret former = secrets.former(database);
    if (former == null || !isFor(former, role)) {
      return desired(new Known(role, password), null, served);
    }
    former = NextPassword.addedTo(former, password, current).map(secrets::update).orElse(former);
    String kept = BindingSecrets.data(former).get(PASSWORD);
    return desired(
        new Known(role, kept == null ? password : BindingContent.secret(kept)),
        null,
        served(former));
  }

  @Override
  public boolean isOtherPending(dev.pgdb.postgres.Secret password) {
    return isPending() && !NextPassword.in(seen).equals(Optional.of(password));
  }

  @Override
  public void forgetPending() {
    lookAgain();
    if (seen != null && isPending()) {
      seen = secrets.update(new SecretBuilder(seen).removeFromData(BindingContent.PENDING).build());
    }
  }

  @Override
  public boolean sharedWith(Claim other) {
    return secrets.isOfSameTenant(database, other);
  }

  @Override
  public boolean isOfSameTenant(Claim other) {
    return BindingSecrets.isOfSameNamespace(database, other);
  }

  @Override
  public boolean isOfServersNamespace() {
    return !References.isForeign(References.serverOf(database), database);
  }

  /** Sees to it that the Secret says how to log in, and nothing else. */
  void settle(OwnerLogin owner) {
    if (isSettled(owner)) {
      return;
    }
    look();
    if (seen == null) {
      seen = secrets.create(settledAnew(owner));
    } else if (!isSettled(owner)) {
      seen = secrets.update(settled(owner, seen));
    }
  }

  private boolean isSettled(OwnerLogin owner) {
    return seen != null && settled(owner, seen).equals(seen);
  }

  private Secret settled(OwnerLogin owner, @Nullable Secret before) {
    return desired(owner, before, owner instanceof Known ? rotation(database) : null);
  }

  /** It has another name by now, or was deleted. */
  private Secret settledAnew(OwnerLogin owner) {
    Secret former = secrets.former(database);
    return owner instanceof Known
        ? settled(owner, null)
        : desired(withKept(owner, former), null, served(former));
  }

  /**
   * @param served the wish for a new password that is fulfilled with it
   */
  private Secret desired(OwnerLogin owner, @Nullable Secret before, @Nullable String served) {
    var content =
        BindingContent.of(address, Translation.databaseName(database), withKept(owner, before));
    String pending =
        before == null ? null : BindingSecrets.data(before).get(BindingContent.PENDING);
    if (pending != null && !pending.equals(content.get(PASSWORD)) && isFor(before, owner.role())) {
      content.put(BindingContent.PENDING, pending);
    }
    var builder = before == null ? secrets.empty(database, name()) : new SecretBuilder(before);
    builder
        .editMetadata()
        .addToLabels(BindingSecrets.MANAGED_BY, BindingSecrets.PGDB)
        .addToAnnotations(served == null ? Map.of() : Map.of(ROTATE, served))
        .endMetadata()
        .withData(content);
    return builder.build();
  }

  /**
   * A password that is in the Secret stays there as long as the role does, though the role's
   * comment may have lost what says that it is ours: it may be the only copy.
   */
  private static OwnerLogin withKept(OwnerLogin owner, @Nullable Secret before) {
    String kept = before == null ? null : BindingSecrets.data(before).get(PASSWORD);
    return kept != null && owner instanceof Unknown && isFor(before, owner.role())
        ? new Known(owner.role(), BindingContent.secret(kept))
        : owner;
  }

  private static boolean isFor(@Nullable Secret secret, String role) {
    return secret != null && BindingSecrets.isFor(secret, role);
  }

  private void look() {
    if (!live) {
      lookAgain();
    }
  }

  private void lookAgain() {
    seen = secrets.live(database, name());
    live = true;
  }

  private static Stream<dev.pgdb.postgres.Secret> passwords(@Nullable Secret secret) {
    return secret == null
        ? Stream.empty()
        : Stream.of(PASSWORD, BindingContent.PENDING)
            .map(BindingSecrets.data(secret)::get)
            .filter(Objects::nonNull)
            .map(BindingContent::secret);
  }

  private static Map<String, String> annotations(
      io.fabric8.kubernetes.api.model.HasMetadata object) {
    return Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of());
  }
}
