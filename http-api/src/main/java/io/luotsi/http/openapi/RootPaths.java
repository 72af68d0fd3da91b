package io.luotsi.http.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import java.util.List;

/** The paths that lead to resources, and the server's own. */
final class RootPaths {
  static final String API_VERSIONS = GroupDocument.META + "APIVersions";
  static final String API_GROUPS = GroupDocument.META + "APIGroupList";
  static final String API_GROUP = GroupDocument.META + "APIGroup";
  static final String VERSION = "io.k8s.apimachinery.pkg.version.Info";

  private RootPaths() {}

  static void core(ObjectNode paths) {
    get(paths, "/api/", "getCoreAPIVersions", "core", API_VERSIONS);
  }

  static void groups(ObjectNode paths) {
    get(paths, "/apis/", "getAPIVersions", "apis", API_GROUPS);
  }

  static void group(ObjectNode paths, String group) {
    OperationNames names = OperationNames.ofGroup(group);
    get(paths, "/apis/" + group + "/", "get" + names.id() + "APIGroup", names.tag(), API_GROUP);
  }

  /** A version of a group: the resources in it. */
  static void version(ObjectNode paths, GroupVersionKind any) {
    OperationNames names = OperationNames.of(any);
    String root = any.group().isEmpty() ? "/api/" : "/apis/" + any.group() + "/";
    get(
        paths,
        root + any.version() + "/",
        "get" + names.id() + "APIResources",
        names.tag(),
        GroupDocument.META + "APIResourceList");
  }

  static void server(ObjectNode paths) {
    ObjectNode get = get(paths, "/version/", "getCodeVersion", "version", VERSION);
    ((ObjectNode) get.at("/responses/200/content")).remove("application/yaml");
  }

  private static ObjectNode get(
      ObjectNode paths, String path, String operationId, String tag, String definition) {
    ObjectNode get = paths.putObject(path).putObject("get");
    get.putArray("tags").add(tag);
    get.put("operationId", operationId);
    ObjectNode responses = get.putObject("responses");
    ObjectNode content = responses.putObject("200").put("description", "OK").putObject("content");
    for (String mediaType : List.of("application/json", "application/yaml")) {
      content
          .putObject(mediaType)
          .set("schema", Json.object().put("$ref", "#/components/schemas/" + definition));
    }
    responses.putObject("401").put("description", "Unauthorized");
    return get;
  }
}
