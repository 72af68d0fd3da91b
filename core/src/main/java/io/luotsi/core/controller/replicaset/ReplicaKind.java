package io.luotsi.core.controller.replicaset;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.Selectors;

/**
 * The kinds of which each object keeps as many pods as it says: they differ in their names, and a
 * ReplicationController's selector is of the old style, labels and all of them.
 *
 * @see "Source: kube-controller-manager, replication controller: an adapter of replicaset"
 */
public enum ReplicaKind {
  REPLICA_SET("replicaset-controller", Resources.REPLICA_SETS, Resources.REPLICA_SET) {
    @Override
    LabelSelector selector(JsonNode spec) {
      return Selectors.read(spec.path("selector"));
    }
  },
  REPLICATION_CONTROLLER(
      "replicationcontroller-controller",
      Resources.REPLICATION_CONTROLLERS,
      Resources.REPLICATION_CONTROLLER) {
    @Override
    LabelSelector selector(JsonNode spec) {
      return LabelSelector.ofLabels(Selectors.strings(spec.path("selector")));
    }
  };

  private final String controller;
  private final GroupVersionResource resource;
  private final GroupVersionKind kind;

  ReplicaKind(String controller, GroupVersionResource resource, GroupVersionKind kind) {
    this.controller = controller;
    this.resource = resource;
    this.kind = kind;
  }

  /** The controller's name, as operators choose it. */
  public String controller() {
    return controller;
  }

  public GroupVersionResource resource() {
    return resource;
  }

  public GroupVersionKind kind() {
    return kind;
  }

  abstract LabelSelector selector(JsonNode spec);
}
