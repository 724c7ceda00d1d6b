package dev.pgdb.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of resources, without their managed fields: who wrote which field is of no interest
 * here, and takes more memory than all the rest.
 */
final class LeanCache<R extends HasMetadata> implements ItemStore<R> {
  /** So many are listed at once, or all of them would be in memory as they come at the start. */
  static final long AT_ONCE = 100;

  private final ConcurrentMap<String, R> resources = new ConcurrentHashMap<>();

  @Override
  public String getKey(R resource) {
    return Cache.metaNamespaceKeyFunc(resource);
  }

  @Override
  public @Nullable R put(String key, R resource) {
    resource.getMetadata().setManagedFields(List.of());
    return resources.put(key, resource);
  }

  @Override
  public @Nullable R remove(String key) {
    return resources.remove(key);
  }

  @Override
  public Stream<String> keySet() {
    return resources.keySet().stream();
  }

  @Override
  public Stream<R> values() {
    return resources.values().stream();
  }

  @Override
  public int size() {
    return resources.size();
  }

  @Override
  public @Nullable R get(String key) {
    return resources.get(key);
  }
}
