package dev.pgdb.install;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** The rights that a client needs for the requests that it makes. */
public final class UsedRights implements Interceptor {
  private final Set<Right> rights = new ConcurrentSkipListSet<>();

  public Set<Right> all() {
    return rights;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    var path = List.of(request.uri().getPath().split("/", -1));
    if (!path.get(1).startsWith("api") || path.size() < 4) {
      return; // /version and the like, which everybody may see
    }
    boolean core = path.get(1).equals("api");
    var below = path.subList(core ? 3 : 4, path.size());
    boolean namespaced = below.getFirst().equals("namespaces") && below.size() > 2;
    var place = namespaced ? below.subList(2, below.size()) : below;
    String resource =
        place.size() > 2 ? place.getFirst() + "/" + place.getLast() : place.getFirst();
    rights.add(new Right(core ? "" : path.get(2), resource, verb(request, place.size() > 1)));
  }

  private static String verb(HttpRequest request, boolean named) {
    return switch (request.method()) {
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> named ? "delete" : "deletecollection";
      default -> named ? "get" : isWatch(request.uri()) ? "watch" : "list";
    };
  }

  private static boolean isWatch(URI uri) {
    return uri.getQuery() != null && uri.getQuery().contains("watch=true");
  }
}
