package io.luotsi.core.catalog;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.catalog.conversion.EventConversion;
import java.util.List;

/** The newer face of Events; what stands behind it is the core group's. */
final class EventsGroup {
  private EventsGroup() {}

  static List<TypeRow> rows(BuiltInSchemas schemas) {
    return List.of(
        VersionRows.of(schemas, "events.k8s.io/v1", "events")
            .row("events", "Event")
            .shortNames("ev")
            .selectable(
                "regarding.kind",
                "regarding.namespace",
                "regarding.name",
                "regarding.uid",
                "regarding.apiVersion",
                "regarding.resourceVersion",
                "regarding.fieldPath",
                "reason",
                "reportingController",
                "type")
            .selectableFrom("source", "deprecatedSource.component")
            .storedAs(GroupVersionResource.of("v1", "events"), new EventConversion()));
  }
}
