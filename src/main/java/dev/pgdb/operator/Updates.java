package dev.pgdb.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;

/**
 * What of an update is news. A resource that was deleted, and created again under its name, while
 * no watch was open comes as an update of the one that was there before, with the same generation.
 */
final class Updates {
  private Updates() {}

  /** Whether another resource has the name now. */
  static boolean isAnother(HasMetadata now, HasMetadata before) {
    return !Objects.equals(now.getMetadata().getUid(), before.getMetadata().getUid());
  }

  /** Whether something else is asked for. */
  static boolean specChanged(HasMetadata now, HasMetadata before) {
    return isAnother(now, before)
        || !Objects.equals(now.getMetadata().getGeneration(), before.getMetadata().getGeneration());
  }

  /** Whether something else is asked for, or the resource itself is to go. */
  static boolean isNews(HasMetadata now, HasMetadata before) {
    return specChanged(now, before)
        || !Objects.equals(
            now.getMetadata().getDeletionTimestamp(), before.getMetadata().getDeletionTimestamp());
  }
}
