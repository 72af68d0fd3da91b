package io.luotsi.core.catalog.columns;

import io.luotsi.core.catalog.TableColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How volumes, the claims on them and what provides them are shown. */
public final class VolumeColumns {
  private static final String UNSET = "<unset>";
  private static final String OLD_CLASS =
      "/metadata/annotations/volume.beta.kubernetes.io~1storage-class";
  private static final List<String> MARKS_OF_DEFAULT =
      List.of(
          "/metadata/annotations/storageclass.kubernetes.io~1is-default-class",
          "/metadata/annotations/storageclass.beta.kubernetes.io~1is-default-class");

  /** In the order in which they are shown. */
  private static final List<Map.Entry<String, String>> ACCESS_MODES =
      List.of(
          Map.entry("ReadWriteOnce", "RWO"),
          Map.entry("ReadOnlyMany", "ROX"),
          Map.entry("ReadWriteMany", "RWX"),
          Map.entry("ReadWriteOncePod", "RWOP"));

  public static final TableColumns VOLUMES =
      KindTable.of(
          List.of(
              "Name",
              "Capacity",
              "Access Modes",
              "Reclaim Policy",
              "Status",
              "Claim",
              "StorageClass",
              "VolumeAttributesClass",
              "Reason",
              "Age",
              "VolumeMode/p1"),
          volume ->
              List.of(
                  volume.name(),
                  volume.textOr("/spec/capacity/storage", "0"),
                  accessModes(volume, "/spec/accessModes"),
                  volume.text("/spec/persistentVolumeReclaimPolicy"),
                  phase(volume),
                  claim(volume),
                  storageClass(volume),
                  volume.textOr("/spec/volumeAttributesClassName", UNSET),
                  volume.text("/status/reason"),
                  volume.age(),
                  volume.textOr("/spec/volumeMode", UNSET)));

  public static final TableColumns CLAIMS =
      KindTable.of(
          List.of(
              "Name",
              "Status",
              "Volume",
              "Capacity",
              "Access Modes",
              "StorageClass",
              "VolumeAttributesClass",
              "Age",
              "VolumeMode/p1"),
          claim -> {
            boolean bound = !claim.text("/spec/volumeName").isEmpty();
            return List.of(
                claim.name(),
                phase(claim),
                claim.text("/spec/volumeName"),
                bound ? claim.textOr("/status/capacity/storage", "0") : "",
                bound ? accessModes(claim, "/status/accessModes") : "",
                storageClass(claim),
                claim.textOr("/spec/volumeAttributesClassName", UNSET),
                claim.age(),
                claim.textOr("/spec/volumeMode", UNSET));
          });

  public static final TableColumns STORAGE_CLASSES =
      KindTable.of(
          List.of(
              "Name",
              "Provisioner",
              "ReclaimPolicy",
              "VolumeBindingMode",
              "AllowVolumeExpansion",
              "Age"),
          type ->
              List.of(
                  isDefault(type) ? type.name() + " (default)" : type.name(),
                  type.text("/provisioner"),
                  type.textOr("/reclaimPolicy", "Delete"),
                  type.textOr("/volumeBindingMode", "Immediate"),
                  type.truth("/allowVolumeExpansion", false),
                  type.age()));

  public static final TableColumns ATTRIBUTES_CLASSES =
      KindTable.of(
          List.of("Name", "DriverName", "Age"),
          type -> List.of(type.name(), type.text("/driverName"), type.age()));

  public static final TableColumns ATTACHMENTS =
      KindTable.of(
          List.of("Name", "Attacher", "PV", "Node", "Attached:boolean", "Age"),
          attachment ->
              List.of(
                  attachment.name(),
                  attachment.text("/spec/attacher"),
                  attachment.text("/spec/source/persistentVolumeName"),
                  attachment.text("/spec/nodeName"),
                  attachment.truth("/status/attached", false),
                  attachment.age()));

  public static final TableColumns DRIVERS =
      KindTable.of(
          List.of(
              "Name",
              "AttachRequired:boolean",
              "PodInfoOnMount:boolean",
              "StorageCapacity:boolean",
              "TokenRequests",
              "RequiresRepublish:boolean",
              "Modes",
              "Age"),
          driver -> {
            String modes = String.join(",", driver.texts("/spec/volumeLifecycleModes"));
            return List.of(
                driver.name(),
                driver.truth("/spec/attachRequired", true),
                driver.truth("/spec/podInfoOnMount", false),
                driver.truth("/spec/storageCapacity", false),
                driver.at("/spec/tokenRequests").isArray()
                    ? driver.joined("/spec/tokenRequests", "audience")
                    : UNSET,
                driver.truth("/spec/requiresRepublish", false),
                modes.isEmpty() ? Row.NONE : modes,
                driver.age());
          });

  public static final TableColumns NODES =
      KindTable.of(
          List.of("Name", "Drivers:integer", "Age"),
          node -> List.of(node.name(), node.count("/spec/drivers"), node.age()));

  public static final TableColumns CAPACITIES =
      KindTable.of(
          List.of("Name", "StorageClassName", "Capacity"),
          capacity ->
              List.of(
                  capacity.name(),
                  capacity.text("/storageClassName"),
                  capacity.textOr("/capacity", UNSET)));

  private VolumeColumns() {}

  private static String phase(Row object) {
    return object.isDeleting() ? "Terminating" : object.text("/status/phase");
  }

  private static String accessModes(Row object, String pointer) {
    List<String> modes = new ArrayList<>(object.texts(pointer));
    return ACCESS_MODES.stream()
        .filter(mode -> modes.contains(mode.getKey()))
        .map(Map.Entry::getValue)
        .collect(Collectors.joining(","));
  }

  private static String claim(Row volume) {
    return volume.at("/spec/claimRef").isObject()
        ? volume.text("/spec/claimRef/namespace") + "/" + volume.text("/spec/claimRef/name")
        : "";
  }

  /** What the annotation of old says comes first. */
  private static String storageClass(Row object) {
    return object.at(OLD_CLASS).isTextual()
        ? object.text(OLD_CLASS)
        : object.text("/spec/storageClassName");
  }

  private static boolean isDefault(Row type) {
    return MARKS_OF_DEFAULT.stream().anyMatch(mark -> type.text(mark).equals("true"));
  }
}
