package io.luotsi.http.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.catalog.Subresource;
import io.luotsi.core.catalog.Verb;
import io.luotsi.schemas.Definitions;
import io.luotsi.schemas.Descriptions;
import java.util.List;
import java.util.function.Consumer;

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
    Components components = new Components(Definitions.load(), Descriptions.load());
    // Of every group, since they are about the API itself.
    for (String name :
        List.of("APIResourceList", "DeleteOptions", "Status", "ListMeta", "Patch", "WatchEvent")) {
      components.add(META + name);
    }
    ObjectNode document = begun();
    ObjectNode paths = document.putObject("paths");
    RootPaths.version(paths, types.getFirst().kind());
    for (ResourceType type : types) {
      components.addKind(type);
      if (type.verbs().contains(Verb.LIST)) {
        components.addList(type);
      }
      for (Subresource subresource : type.subresources()) {
        StructuralSchema schema = subresource.schema();
        if (!subresource.kind().equals(type.kind())) {
          components.addKind(schema, subresource.kind());
        }
      }
      new TypePaths(type).write(paths);
    }
    document.putObject("components").set("schemas", components.schemas());
    return document;
  }

  /** A document about what leads to the groups: versions, groups, the server itself. */
  static ObjectNode of(String definition, Consumer<ObjectNode> write) {
    Components components = new Components(Definitions.load(), Descriptions.load());
    components.add(definition);
    ObjectNode document = begun();
    write.accept(document.putObject("paths"));
    document.putObject("components").set("schemas", components.schemas());
    return document;
  }

  private static ObjectNode begun() {
    ObjectNode document = Json.object().put("openapi", "3.0.0");
    document.putObject("info").put("title", "Kubernetes").put("version", "v1.36.0");
    return document;
  }
}
