package io.luotsi.core.catalog;

import io.luotsi.core.catalog.columns.ExtensionColumns;
import io.luotsi.core.catalog.columns.VolumeColumns;
import io.luotsi.core.catalog.defaults.ClaimDefaults;
import java.util.List;

/** The groups of what pods lay claim to: volumes and devices. */
final class StorageGroups {
  private StorageGroups() {}

  static List<TypeRow> storage(BuiltInSchemas schemas) {
    VersionRows storage = VersionRows.of(schemas, "storage.k8s.io/v1", "storage");
    return List.of(
        storage.row("csidrivers", "CSIDriver").clusterScoped().columns(VolumeColumns.DRIVERS),
        storage.row("csinodes", "CSINode").clusterScoped().columns(VolumeColumns.NODES),
        storage.row("csistoragecapacities", "CSIStorageCapacity").columns(VolumeColumns.CAPACITIES),
        storage
            .row("storageclasses", "StorageClass")
            .shortNames("sc")
            .clusterScoped()
            .columns(VolumeColumns.STORAGE_CLASSES),
        storage
            .row("volumeattachments", "VolumeAttachment")
            .clusterScoped()
            .status()
            .columns(VolumeColumns.ATTACHMENTS),
        storage
            .row("volumeattributesclasses", "VolumeAttributesClass")
            .shortNames("vac")
            .clusterScoped()
            .columns(VolumeColumns.ATTRIBUTES_CLASSES));
  }

  static List<TypeRow> resource(BuiltInSchemas schemas) {
    VersionRows resource = VersionRows.of(schemas, "resource.k8s.io/v1", "resource");
    return List.of(
        resource
            .row("deviceclasses", "DeviceClass")
            .clusterScoped()
            .columns(ExtensionColumns.NAME_AND_AGE),
        resource
            .row("resourceclaims", "ResourceClaim")
            .status()
            .defaults(ClaimDefaults::fillClaim)
            .columns(ExtensionColumns.RESOURCE_CLAIMS),
        resource
            .row("resourceclaimtemplates", "ResourceClaimTemplate")
            .defaults(ClaimDefaults::fillTemplate)
            .columns(ExtensionColumns.NAME_AND_AGE),
        resource
            .row("resourceslices", "ResourceSlice")
            .clusterScoped()
            .selectable("spec.nodeName", "spec.driver")
            .columns(ExtensionColumns.RESOURCE_SLICES));
  }
}
