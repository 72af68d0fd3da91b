package io.luotsi.http.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.BuiltInSchemas;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.catalog.Subresource;
import io.luotsi.schemas.Descriptions;
import java.util.List;

/** The OpenAPI document of one group and version: its paths, and every type they lead to. */
final class GroupDocument {
  static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

  private GroupDocument() {}

  /** {@code api/v1} or {@code apis/GROUP/VERSION}. */
  static String name(ResourceType type) {
    String group = type.kind().group();
    return group.isEmpty()
        ? "api/" + type.kind().version()
        : "apis/" + group + "/" + type.kind().version();
  }

  /**
   * @param types of one group and version, at least one
   */
  static ObjectNode of(List<ResourceType> types) {
    Components components = new Components(Descriptions.load());
    // Kinds of every group that are about the API itself.
    BuiltInSchemas upstream = BuiltInSchemas.load();
    for (String name : List.of("DeleteOptions", "Status", "ListMeta", "Patch")) {
      upstream
          .definitions()
          .find(META + name)
          .ifPresent(found -> components.add(upstream.named(META + name)));
    }
    ObjectNode document = Json.object().put("openapi", "3.0.0");
    document.putObject("info").put("title", "Kubernetes").put("version", "v1.36.0");
    ObjectNode paths = document.putObject("paths");
    for (ResourceType type : types) {
      components.addKind(type.schema(), type.kind());
      components.addList(type);
      for (Subresource subresource : type.subresources()) {
        StructuralSchema schema = subresource.schema();
        if (!schema.definition().equals(type.schema().definition())) {
          components.addKind(schema, subresource.kind());
        }
      }
      new TypePaths(type).write(paths);
    }
    document.putObject("components").set("schemas", components.schemas());
    return document;
  }
}
