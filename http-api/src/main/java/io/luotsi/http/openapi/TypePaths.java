package io.luotsi.http.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.Subresource;
import io.luotsi.core.catalog.Verb;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The paths of one type with their operations. */
final class TypePaths {
  private static final String BODY_TYPE = "*/*";
  private static final List<String> ANSWER_TYPES = List.of("application/json", "application/yaml");
  private static final List<String> PATCH_TYPES =
      List.of(
          "application/json-patch+json",
          "application/merge-patch+json",
          "application/strategic-merge-patch+json",
          "application/apply-patch+yaml");

  /** Query parameters by group of operations: name and type. */
  private static final List<String> LIST_QUERY =
      List.of(
          "allowWatchBookmarks:boolean",
          "continue:string",
          "fieldSelector:string",
          "labelSelector:string",
          "limit:integer",
          "resourceVersion:string",
          "resourceVersionMatch:string",
          "sendInitialEvents:boolean",
          "timeoutSeconds:integer",
          "watch:boolean");

  private static final List<String> WRITE_QUERY =
      List.of("dryRun:string", "fieldManager:string", "fieldValidation:string");
  private static final List<String> PATCH_QUERY =
      List.of("dryRun:string", "fieldManager:string", "fieldValidation:string", "force:boolean");
  private static final List<String> DELETE_QUERY =
      List.of(
          "dryRun:string",
          "gracePeriodSeconds:integer",
          "orphanDependents:boolean",
          "propagationPolicy:string");
  private static final List<String> LOG_QUERY =
      List.of(
          "container:string",
          "follow:boolean",
          "limitBytes:integer",
          "previous:boolean",
          "sinceSeconds:integer",
          "tailLines:integer",
          "timestamps:boolean");
  private static final List<String> STREAMS_QUERY =
      List.of(
          "container:string", "stderr:boolean", "stdin:boolean", "stdout:boolean", "tty:boolean");

  /** Of the subresources that clients go on with in another protocol. */
  private static final Map<String, List<String>> CONNECTION_QUERY =
      Map.of(
          "attach",
          STREAMS_QUERY,
          "exec",
          Stream.concat(Stream.of("command:string"), STREAMS_QUERY.stream()).toList(),
          "portforward",
          List.of("ports:integer"));

  private final ResourceType type;
  private final String scope;
  private final String id;
  private final String tag;

  TypePaths(ResourceType type) {
    this.type = type;
    this.scope = type.namespaced() ? "Namespaced" : "";
    String group = type.kind().group().isEmpty() ? "core" : type.kind().group();
    String bare = group.replaceFirst("\\.k8s\\.io$", "");
    String words =
        Arrays.stream(bare.split("\\.")).map(TypePaths::capitalized).collect(Collectors.joining());
    this.id = words + capitalized(type.kind().version());
    this.tag =
        words.substring(0, 1).toLowerCase(Locale.ROOT)
            + words.substring(1)
            + "_"
            + type.kind().version();
  }

  void write(ObjectNode paths) {
    String root = "/" + GroupDocument.name(type) + "/";
    String collection =
        (type.namespaced() ? root + "namespaces/{namespace}/" : root) + type.plural();
    ObjectNode all = pathItem(paths, collection, false);
    String kind = type.kind().kind();
    Set<Verb> verbs = type.verbs();
    if (verbs.contains(Verb.LIST)) {
      all.set("get", list("list" + id + scope + kind, type.kind()));
    }
    if (verbs.contains(Verb.CREATE)) {
      all.set(
          "post",
          write("post", "create" + id + scope + kind, type.schema().definition(), type.kind()));
    }
    if (verbs.contains(Verb.DELETECOLLECTION)) {
      all.set("delete", delete("deletecollection", "delete" + id + "Collection" + scope + kind));
    }
    if (type.namespaced() && verbs.contains(Verb.LIST)) {
      pathItem(paths, root + type.plural(), false)
          .set("get", list("list" + id + kind + "ForAllNamespaces", type.kind()));
    }
    ObjectNode one = pathItem(paths, collection + "/{name}", true);
    operations(one, verbs, id + scope + kind, type.schema().definition(), type.kind());
    if (verbs.contains(Verb.DELETE)) {
      one.set("delete", delete("delete", "delete" + id + scope + kind));
    }
    for (Subresource subresource : type.subresources()) {
      ObjectNode item = pathItem(paths, collection + "/{name}/" + subresource.name(), true);
      String name = id + scope + kind + capitalized(subresource.name());
      if (subresource.name().equals("log")) {
        ObjectNode log = operation("get", "read" + name, subresource.kind());
        query(log, LOG_QUERY);
        answers(log, 200, "");
        item.set("get", log);
        continue;
      }
      if (CONNECTION_QUERY.containsKey(subresource.name())) {
        connect(item, subresource, id, scope + kind + capitalized(subresource.name()));
        continue;
      }
      String definition = subresource.schema().definition();
      operations(item, subresource.verbs(), name, definition, subresource.kind());
      if (subresource.verbs().contains(Verb.CREATE)) {
        item.set("post", write("post", "create" + name, definition, subresource.kind()));
      }
    }
  }

  private void connect(ObjectNode item, Subresource subresource, String apiId, String name) {
    for (String method : List.of("get", "post")) {
      ObjectNode operation =
          operation("connect", "connect" + apiId + capitalized(method) + name, subresource.kind());
      query(operation, CONNECTION_QUERY.get(subresource.name()));
      answers(operation, 200, "");
      item.set(method, operation);
    }
  }

  private void operations(
      ObjectNode item, Set<Verb> verbs, String name, String definition, GroupVersionKind kind) {
    if (verbs.contains(Verb.GET)) {
      ObjectNode read = operation("get", "read" + name, kind);
      answers(read, 200, definition);
      item.set("get", read);
    }
    if (verbs.contains(Verb.UPDATE)) {
      item.set("put", write("put", "replace" + name, definition, kind));
    }
    if (verbs.contains(Verb.PATCH)) {
      ObjectNode patch = operation("patch", "patch" + name, kind);
      query(patch, PATCH_QUERY);
      ObjectNode content =
          patch.putObject("requestBody").put("required", true).putObject("content");
      for (String mediaType : PATCH_TYPES) {
        content.putObject(mediaType).set("schema", reference(GroupDocument.META + "Patch"));
      }
      answers(patch, 200, definition);
      item.set("patch", patch);
    }
  }

  private ObjectNode pathItem(ObjectNode paths, String path, boolean named) {
    ObjectNode item = paths.putObject(path);
    ArrayNode parameters = item.putArray("parameters");
    if (named) {
      parameter(parameters, "name", "path", "string").put("required", true);
    }
    if (path.contains("{namespace}")) {
      parameter(parameters, "namespace", "path", "string").put("required", true);
    }
    parameter(parameters, "pretty", "query", "string");
    return item;
  }

  private ObjectNode list(String operationId, GroupVersionKind kind) {
    ObjectNode list = operation("list", operationId, kind);
    query(list, LIST_QUERY);
    answers(list, 200, Components.listName(type));
    return list;
  }

  private ObjectNode write(
      String action, String operationId, String definition, GroupVersionKind kind) {
    ObjectNode write = operation(action, operationId, kind);
    query(write, WRITE_QUERY);
    write
        .putObject("requestBody")
        .put("required", true)
        .putObject("content")
        .putObject(BODY_TYPE)
        .set("schema", reference(definition));
    answers(write, action.equals("post") ? 201 : 200, definition);
    return write;
  }

  private ObjectNode delete(String action, String operationId) {
    ObjectNode delete = operation(action, operationId, type.kind());
    query(delete, DELETE_QUERY);
    if (action.equals("deletecollection")) {
      query(delete, LIST_QUERY.subList(1, 8));
    }
    delete
        .putObject("requestBody")
        .putObject("content")
        .putObject(BODY_TYPE)
        .set("schema", reference(GroupDocument.META + "DeleteOptions"));
    answers(delete, 200, GroupDocument.META + "Status");
    return delete;
  }

  private ObjectNode operation(String action, String operationId, GroupVersionKind kind) {
    ObjectNode operation = Json.object();
    operation.putArray("tags").add(tag);
    operation.put("operationId", operationId);
    operation.put("x-kubernetes-action", action);
    operation.set("x-kubernetes-group-version-kind", Components.groupVersionKind(kind));
    return operation;
  }

  private static void answers(ObjectNode operation, int code, String definition) {
    ObjectNode responses = operation.putObject("responses");
    ObjectNode ok =
        responses
            .putObject(Integer.toString(code))
            .put("description", code == 201 ? "Created" : "OK");
    ObjectNode content = ok.putObject("content");
    if (definition.isEmpty()) {
      content.putObject("text/plain").putObject("schema").put("type", "string");
    } else {
      for (String mediaType : ANSWER_TYPES) {
        content.putObject(mediaType).set("schema", reference(definition));
      }
    }
    responses.putObject("401").put("description", "Unauthorized");
  }

  private static void query(ObjectNode operation, List<String> parameters) {
    ArrayNode list = operation.withArrayProperty("parameters");
    for (String parameter : parameters) {
      int colon = parameter.indexOf(':');
      parameter(list, parameter.substring(0, colon), "query", parameter.substring(colon + 1));
    }
  }

  private static ObjectNode parameter(ArrayNode list, String name, String in, String type) {
    ObjectNode parameter = list.addObject().put("name", name).put("in", in);
    parameter.putObject("schema").put("type", type).put("uniqueItems", true);
    return parameter;
  }

  private static ObjectNode reference(String definition) {
    return Json.object().put("$ref", "#/components/schemas/" + definition);
  }

  private static String capitalized(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }
}
