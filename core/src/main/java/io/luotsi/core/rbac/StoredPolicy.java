package io.luotsi.core.rbac;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The policy as this member's replica has it at the moment of the question: what a member has
 * written it obeys at once, what others have written as soon as it is replicated.
 *
 * <p>A question compares four version numbers. Only when one has moved are the objects that changed
 * read and the index made anew, by whoever comes first; the others wait for it. Nobody waits for
 * the store.
 */
public final class StoredPolicy implements Supplier<Outcome<Policy>> {
  private static final Outcome<ResourceSnapshot> NOT_YET =
      Outcome.rejected(
          new Rejection.TooManyRequests("roles are not known yet", Duration.ofSeconds(1)));

  /** What is made of each object of a resource. */
  private static final class Table<T> {
    private record Made<T>(StoredObject object, T value) {}

    private final GroupResource resource;
    private final Function<StoredObject, T> read;
    private Map<ObjectKey, Made<T>> made = Map.of();

    Table(String resource, Function<StoredObject, T> read) {
      this.resource = new GroupResource(Policy.GROUP, resource);
      this.read = read;
    }

    void update(ResourceSnapshot snapshot) {
      Map<ObjectKey, Made<T>> fresh = new LinkedHashMap<>();
      snapshot
          .objects()
          .forEach(
              (key, object) -> {
                Made<T> before = made.get(key);
                fresh.put(
                    key,
                    before != null && before.object() == object
                        ? before
                        : new Made<>(object, read.apply(object)));
              });
      made = fresh;
    }

    Map<ObjectKey, T> byKey() {
      Map<ObjectKey, T> values = new LinkedHashMap<>();
      made.forEach((key, one) -> values.put(key, one.value()));
      return values;
    }
  }

  /**
   * @param versions of the four tables, in their order
   */
  private record Compiled(long[] versions, Outcome<Policy> policy) {}

  private final Store store;
  private final Table<Role> roles = new Table<>("roles", Role::read);
  private final Table<Role> clusterRoles = new Table<>("clusterroles", Role::read);
  private final Table<Binding> roleBindings = new Table<>("rolebindings", Binding::read);
  private final Table<Binding> clusterRoleBindings =
      new Table<>("clusterrolebindings", Binding::read);
  private final List<Table<?>> tables =
      List.of(roles, clusterRoles, roleBindings, clusterRoleBindings);
  private volatile Compiled compiled = new Compiled(new long[4], Outcome.done(Policy.EMPTY));

  public StoredPolicy(Store store) {
    this.store = store;
  }

  /**
   * @return rejection: TooManyRequests, if the store cannot be read yet
   */
  @Override
  public Outcome<Policy> get() {
    Compiled known = compiled;
    for (int i = 0; i < known.versions().length; i++) {
      switch (present(tables.get(i))) {
        case Outcome.Rejected<ResourceSnapshot>(Rejection why) -> {
          return Outcome.rejected(why);
        }
        case Outcome.Done<ResourceSnapshot>(ResourceSnapshot now) -> {
          if (now.version() != known.versions()[i]) {
            return compile();
          }
        }
      }
    }
    return known.policy();
  }

  private Outcome<ResourceSnapshot> present(Table<?> table) {
    return store.read(table.resource, ReadVersion.ANY).toCompletableFuture().getNow(NOT_YET);
  }

  private synchronized Outcome<Policy> compile() {
    long[] versions = new long[compiled.versions().length];
    for (int i = 0; i < versions.length; i++) {
      switch (present(tables.get(i))) {
        case Outcome.Rejected<ResourceSnapshot>(Rejection why) -> {
          return Outcome.rejected(why);
        }
        case Outcome.Done<ResourceSnapshot>(ResourceSnapshot now) -> {
          versions[i] = now.version();
          if (now.version() != compiled.versions()[i]) {
            tables.get(i).update(now);
          }
        }
      }
    }
    if (!Arrays.equals(versions, compiled.versions())) {
      Collection<Binding> bindings = new ArrayList<>(roleBindings.byKey().values());
      bindings.addAll(clusterRoleBindings.byKey().values());
      compiled =
          new Compiled(
              versions, Outcome.done(Policy.of(roles.byKey(), clusterRoles.byKey(), bindings)));
    }
    return compiled.policy();
  }
}
