package dev.pgdb.testbed;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.PullResponseItem;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.testcontainers.DockerClientFactory;

/** Whether Docker runs and can pull, found out within seconds. */
final class DockerImages {
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(10);

  private DockerImages() {}

  static void require(String image) throws Exception {
    if (!Deadline.within(FIRST_ANSWER, () -> DockerClientFactory.instance().isDockerAvailable())) {
      throw new Providers.Unavailable("Docker does not run");
    }
    if (!isPresent(image)) {
      requirePullable(image);
    }
  }

  private static boolean isPresent(String image) {
    try {
      DockerClientFactory.lazyClient().inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  /**
   * A registry that has the image reports progress at once. Then the pull is left to
   * Testcontainers.
   */
  private static void requirePullable(String image) throws Exception {
    var answer = new CompletableFuture<PullResponseItem>();
    var listener =
        new ResultCallback.Adapter<PullResponseItem>() {
          @Override
          public void onNext(PullResponseItem progress) {
            answer.complete(progress);
          }

          @Override
          public void onError(Throwable failure) {
            answer.completeExceptionally(failure);
          }
        };
    try (var pull = DockerClientFactory.lazyClient().pullImageCmd(image).exec(listener)) {
      assert pull != null;
      var first = Deadline.within(FIRST_ANSWER, answer::get);
      if (first.isErrorIndicated()) {
        throw new Providers.Unavailable(
            "Docker cannot pull " + image + ": " + first.getErrorDetail());
      }
    } catch (ExecutionException | DockerException e) {
      var reason = e.getCause() == null ? e : e.getCause();
      throw new Providers.Unavailable(
          "Docker cannot pull %s: %s".formatted(image, reason.getMessage()));
    }
  }
}
