package io.luotsi.core.patch.apply;

import io.luotsi.core.patch.apply.ManagerId.Operation;
import io.luotsi.core.patch.apply.Managers.Managed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Bounds the managers of an object: when there are too many that update, the oldest become one.
 * Those that apply are kept, since each says what it wants.
 *
 * @see "Source: apimachinery pkg/util/managedfields/internal/capmanagers.go"
 */
final class AncientChanges {
  /** Updaters that an object may have. */
  static final int MOST_UPDATERS = 10;

  static final String NAME = "ancient-changes";

  private AncientChanges() {}

  static void cap(Managers managers) {
    List<ManagerId> updaters = new ArrayList<>();
    for (ManagerId id : managers.byId().keySet()) {
      if (id.operation() == Operation.UPDATE) {
        updaters.add(id);
      }
    }
    if (updaters.size() <= MOST_UPDATERS) {
      return;
    }
    updaters.sort(
        Comparator.<ManagerId, String>comparing(id -> managers.byId().get(id).time())
            .thenComparing(Comparator.naturalOrder()));
    Map<String, ManagerId> firstOfVersion = new HashMap<>();
    int left = updaters.size();
    for (ManagerId id : updaters) {
      if (left <= MOST_UPDATERS) {
        return;
      }
      String version = managers.byId().get(id).apiVersion();
      Optional<ManagerId> first = Optional.ofNullable(firstOfVersion.putIfAbsent(version, id));
      if (first.isPresent()) {
        merge(managers, first.get(), id, version);
        left--;
      }
    }
  }

  private static void merge(Managers managers, ManagerId first, ManagerId id, String version) {
    ManagerId ancient = ManagerId.updater(NAME, version, "");
    if (!managers.byId().containsKey(ancient)) {
      managers.byId().put(ancient, managers.byId().remove(first));
    }
    Managed merged = managers.byId().remove(id);
    Managed before = managers.byId().get(ancient);
    managers
        .byId()
        .put(ancient, new Managed(version, before.fields().union(merged.fields()), merged.time()));
  }
}
