package io.luotsi.core.catalog.columns;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.catalog.TableColumns;
import java.util.List;
import java.util.Locale;

/** How what makes pods, and keeps them, is shown. */
public final class WorkloadColumns {
  private static final String CONTAINERS = "/spec/template/spec/containers";

  /** Of the two kinds that keep a number of pods. */
  private static final List<String> REPLICAS =
      List.of(
          "Name",
          "Desired:integer",
          "Current:integer",
          "Ready:integer",
          "Age",
          "Containers/p1",
          "Images/p1",
          "Selector/p1");

  public static final TableColumns DEPLOYMENTS =
      KindTable.of(
          List.of(
              "Name",
              "Ready",
              "Up-to-date",
              "Available",
              "Age",
              "Containers/p1",
              "Images/p1",
              "Selector/p1"),
          deployment ->
              List.of(
                  deployment.name(),
                  deployment.number("/status/readyReplicas")
                      + "/"
                      + deployment.number("/spec/replicas"),
                  deployment.number("/status/updatedReplicas"),
                  deployment.number("/status/availableReplicas"),
                  deployment.age(),
                  deployment.joined(CONTAINERS, "name"),
                  deployment.joined(CONTAINERS, "image"),
                  deployment.selector("/spec/selector")));

  public static final TableColumns REPLICA_SETS =
      KindTable.of(REPLICAS, set -> replicas(set, set.selectorOrNone("/spec/selector")));

  public static final TableColumns REPLICATION_CONTROLLERS =
      KindTable.of(
          REPLICAS, controller -> replicas(controller, controller.labels("/spec/selector")));

  public static final TableColumns STATEFUL_SETS =
      KindTable.of(
          List.of("Name", "Ready", "Age", "Containers/p1", "Images/p1"),
          set ->
              List.of(
                  set.name(),
                  set.number("/status/readyReplicas") + "/" + set.number("/spec/replicas"),
                  set.age(),
                  set.joined(CONTAINERS, "name"),
                  set.joined(CONTAINERS, "image")));

  public static final TableColumns DAEMON_SETS =
      KindTable.of(
          List.of(
              "Name",
              "Desired:integer",
              "Current:integer",
              "Ready:integer",
              "Up-to-date:integer",
              "Available:integer",
              "Node Selector",
              "Age",
              "Containers/p1",
              "Images/p1",
              "Selector/p1"),
          set ->
              List.of(
                  set.name(),
                  set.number("/status/desiredNumberScheduled"),
                  set.number("/status/currentNumberScheduled"),
                  set.number("/status/numberReady"),
                  set.number("/status/updatedNumberScheduled"),
                  set.number("/status/numberAvailable"),
                  set.labels("/spec/template/spec/nodeSelector"),
                  set.age(),
                  set.joined(CONTAINERS, "name"),
                  set.joined(CONTAINERS, "image"),
                  set.selectorOrNone("/spec/selector")));

  public static final TableColumns CONTROLLER_REVISIONS =
      KindTable.of(
          List.of("Name", "Controller", "Revision", "Age"),
          revision ->
              List.of(
                  revision.name(),
                  controller(revision),
                  revision.number("/revision"),
                  revision.age()));

  public static final TableColumns POD_TEMPLATES =
      KindTable.of(
          List.of("Name", "Containers", "Images", "Pod Labels"),
          template ->
              List.of(
                  template.name(),
                  template.joined("/template/spec/containers", "name"),
                  template.joined("/template/spec/containers", "image"),
                  template.labels("/template/metadata/labels")));

  /** Of the subresource that says how many there are of a workload. */
  public static final TableColumns SCALES =
      KindTable.of(
          List.of("Name", "Desired:integer", "Available:integer", "Age"),
          scale ->
              List.of(
                  scale.name(),
                  scale.number("/spec/replicas"),
                  scale.number("/status/replicas"),
                  scale.age()));

  private WorkloadColumns() {}

  private static List<Object> replicas(Row row, String selector) {
    return List.of(
        row.name(),
        row.number("/spec/replicas"),
        row.number("/status/replicas"),
        row.number("/status/readyReplicas"),
        row.age(),
        row.joined(CONTAINERS, "name"),
        row.joined(CONTAINERS, "image"),
        selector);
  }

  /** {@code statefulset.apps/web}: the owner that controls it. */
  private static String controller(Row owned) {
    for (JsonNode owner : owned.at("/metadata/ownerReferences")) {
      if (owner.path("controller").asBoolean(false)) {
        GroupVersionKind kind =
            GroupVersionKind.of(owner.path("apiVersion").asText(""), owner.path("kind").asText(""));
        String group = kind.group().isEmpty() ? "" : "." + kind.group();
        return (kind.kind() + group).toLowerCase(Locale.ROOT) + "/" + owner.path("name").asText("");
      }
    }
    return Row.NONE;
  }
}
