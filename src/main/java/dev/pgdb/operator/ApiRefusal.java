package dev.pgdb.operator;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Set;
import java.util.function.Supplier;

/** The API server does not take what pgdb writes, and will not take it if asked again. */
final class ApiRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** 400, 403, 413 and 422. */
  private static final Set<Integer> FINAL_ANSWERS =
      Set.of(
          HttpURLConnection.HTTP_BAD_REQUEST,
          HttpURLConnection.HTTP_FORBIDDEN,
          HttpURLConnection.HTTP_ENTITY_TOO_LARGE,
          422);

  private final String message;

  private ApiRefusal(String what, KubernetesClientException refusal) {
    super(refusal);
    this.message =
        what
            + ": "
            + (refusal.getStatus() == null
                ? "HTTP " + refusal.getCode()
                : refusal.getStatus().getMessage());
  }

  /**
   * Writes something.
   *
   * @param what it means that this is refused
   */
  static <T> T unlessRefused(String what, Supplier<T> write) {
    try {
      return write.get();
    } catch (KubernetesClientException e) {
      throw FINAL_ANSWERS.contains(e.getCode()) ? new ApiRefusal(what, e) : e;
    }
  }

  /** What was refused, and what the API server says. */
  @Override
  public String getMessage() {
    return message;
  }
}
