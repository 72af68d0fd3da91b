package io.luotsi.core.catalog.custom;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Store;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The kinds that this member serves: the built-in ones, and those whose definitions its replica has
 * at the moment of the question. So what a member has written it serves at once, what others have
 * written as soon as it is replicated, and after a restart whatever was stored.
 *
 * <p>A question compares one version number. Only when it has moved are the definitions that
 * changed read, by whoever comes first. Types of definitions that did not change stay the same
 * objects.
 */
public final class ServedTypes implements Supplier<Catalog> {
  public static final GroupResource DEFINITIONS =
      new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");

  private static final Outcome<ResourceSnapshot> NOT_YET =
      Outcome.rejected(
          new Rejection.TooManyRequests("definitions are not known yet", Duration.ofSeconds(1)));

  private record Made(StoredObject definition, List<ResourceType> types) {}

  /**
   * @param version of the definitions, 0 before they could be read
   */
  private record Compiled(long version, Catalog catalog) {}

  private final Store store;
  private final Catalog builtIn;
  private final CustomTypes types;
  private Map<ObjectKey, Made> made = Map.of();
  private volatile Compiled compiled;

  public ServedTypes(Store store, BuiltInCatalog builtIn) {
    this.store = store;
    this.builtIn = builtIn;
    this.types = new CustomTypes(builtIn.schemas());
    this.compiled = new Compiled(0, CustomCatalog.incomplete(builtIn));
  }

  @Override
  public Catalog get() {
    Compiled known = compiled;
    return switch (present()) {
      case Outcome.Rejected<ResourceSnapshot> unknown -> known.catalog();
      case Outcome.Done<ResourceSnapshot>(ResourceSnapshot now) ->
          now.version() == known.version() ? known.catalog() : compile();
    };
  }

  private Outcome<ResourceSnapshot> present() {
    return store.read(DEFINITIONS, ReadVersion.ANY).toCompletableFuture().getNow(NOT_YET);
  }

  /** From what is there now: who waited for another must not go back behind it. */
  private synchronized Catalog compile() {
    present()
        .ifDone(
            now -> {
              if (now.version() != compiled.version()) {
                made = made(now);
                List<List<ResourceType>> all = made.values().stream().map(Made::types).toList();
                compiled = new Compiled(now.version(), CustomCatalog.of(builtIn, all));
              }
            });
    return compiled.catalog();
  }

  private Map<ObjectKey, Made> made(ResourceSnapshot now) {
    Map<ObjectKey, Made> fresh = new LinkedHashMap<>();
    now.objects()
        .forEach(
            (key, definition) -> {
              Made before = made.get(key);
              fresh.put(
                  key,
                  before != null && before.definition() == definition
                      ? before
                      : new Made(definition, types.of(Json.readObject(definition.json()))));
            });
    return fresh;
  }
}
