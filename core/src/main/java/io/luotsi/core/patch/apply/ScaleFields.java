package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.patch.apply.ManagerId.Operation;
import io.luotsi.core.patch.apply.Managers.Managed;
import java.util.List;

/**
 * Managers of a workload's replicas, seen through its scale: who owns the one owns the other.
 *
 * @see "Source: apimachinery pkg/util/managedfields/scalehandler.go"
 */
public final class ScaleFields {
  private static final String SCALE_VERSION = "autoscaling/v1";

  /** Where both have it. */
  private static final FieldSet REPLICAS = FieldSet.ofNames("spec", "replicas");

  private ScaleFields() {}

  /** Gives the scale the managers of the workload's replicas. */
  public static void show(ObjectNode workload, ObjectNode scale) {
    show(workload, scale, REPLICAS);
  }

  /**
   * @param replicas where the workload has them, as names of fields
   */
  public static void show(ObjectNode workload, ObjectNode scale, List<String> replicas) {
    show(workload, scale, FieldSet.ofNames(replicas.toArray(String[]::new)));
  }

  private static void show(ObjectNode workload, ObjectNode scale, FieldSet replicas) {
    Managers shown = Managers.none();
    Managers.of(workload)
        .byId()
        .forEach(
            (id, managed) -> {
              if (owns(managed, replicas)) {
                shown.byId().put(id, new Managed(SCALE_VERSION, REPLICAS, managed.time()));
              }
            });
    shown.writeTo(scale.withObject("metadata"));
  }

  /**
   * Gives the workload the managers that a changed scale has of its replicas.
   *
   * @param workload changed in place
   */
  public static void takeOver(ObjectNode workload, ObjectNode scale) {
    takeOver(workload, scale, REPLICAS);
  }

  /**
   * @param workload changed in place
   * @param replicas where the workload has them, as names of fields
   */
  public static void takeOver(ObjectNode workload, ObjectNode scale, List<String> replicas) {
    takeOver(workload, scale, FieldSet.ofNames(replicas.toArray(String[]::new)));
  }

  private static void takeOver(ObjectNode workload, ObjectNode scale, FieldSet replicas) {
    String version = workload.path("apiVersion").asText();
    Managers before = Managers.of(workload);
    Managers ofScale = scaleManagers(scale, version);
    Managers after = before.copy();
    after
        .byId()
        .replaceAll(
            (id, managed) -> ofScale.byId().containsKey(id) ? managed : managed.without(replicas));
    after.byId().values().removeIf(Managed::isEmpty);
    ofScale
        .byId()
        .forEach(
            (id, managed) -> {
              // As upstream: of who comes to own them here, no time is known.
              if (owns(managed, REPLICAS) && !after.byId().containsKey(id)) {
                after.byId().put(id, new Managed(version, replicas, ""));
              }
            });
    after.writeTo(workload.withObject("metadata"));
  }

  private static boolean owns(Managed managed, FieldSet replicas) {
    return !managed.fields().intersection(replicas).isEmpty();
  }

  /** Who updates a scale updates its workload, in the workload's version. */
  private static Managers scaleManagers(ObjectNode scale, String version) {
    Managers renamed = Managers.none();
    Managers.of(scale)
        .byId()
        .forEach(
            (id, managed) ->
                renamed
                    .byId()
                    .put(
                        id.operation() == Operation.UPDATE
                            ? ManagerId.updater(id.manager(), version, id.subresource())
                            : id,
                        managed));
    return renamed;
  }
}
