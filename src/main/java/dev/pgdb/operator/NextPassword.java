package dev.pgdb.operator;

import static dev.pgdb.operator.BindingContent.PASSWORD;
import static dev.pgdb.operator.BindingContent.PENDING;

import dev.pgdb.postgres.provisioning.GeneratedPassword;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The password that a role is about to get, in a connection Secret: it stands there beside the one
 * that works until then, so that the Secret has the one that works at every moment.
 */
final class NextPassword {
  private NextPassword() {}

  /** The one that is there. */
  static Optional<dev.pgdb.postgres.Secret> in(@Nullable Secret secret) {
    return Optional.ofNullable(secret)
        .map(found -> BindingSecrets.data(found).get(PENDING))
        .map(BindingContent::secret)
        .filter(GeneratedPassword::isOne);
  }

  /**
   * A Secret with it; empty where it is in there already.
   *
   * @param current which password the role has: it may have got it a moment ago, and stand there as
   *     its next one still
   */
  static Optional<Secret> addedTo(
      Secret secret, dev.pgdb.postgres.Secret next, Predicate<dev.pgdb.postgres.Secret> current) {
    Map<String, String> data = BindingSecrets.data(secret);
    String encoded = BindingContent.base64(next.value());
    String pending = data.get(PENDING);
    if (encoded.equals(pending) || encoded.equals(data.get(PASSWORD))) {
      return Optional.empty();
    }
    var builder = new SecretBuilder(secret);
    if (pending != null && current.test(BindingContent.secret(pending))) {
      builder.addToData(PASSWORD, pending);
    }
    return Optional.of(builder.addToData(PENDING, encoded).build());
  }
}
