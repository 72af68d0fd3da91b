package io.luotsi.http.openapi;

import static io.luotsi.http.openapi.OperationNames.capitalized;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.Subresource;
import io.luotsi.core.catalog.Verb;
import io.luotsi.http.codec.DeletionAnswers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The paths of one type with their operations. */
final class TypePaths {
  private static final String BODY_TYPE = "*/*";
  private static final List<String> ANSWER_TYPES = List.of("application/json", "application/yaml");
  private static final List<String> STREAM_TYPES =
      List.of("application/json", "application/yaml", "application/json;stream=watch");
  private static final List<String> PATCH_TYPES =
      List.of(
          "application/json-patch+json",
          "application/merge-patch+json",
          "application/strategic-merge-patch+json",
          "application/apply-patch+yaml");

  /** Query parameters by group of operations: name and type. */
  private static final List<String> SELECTION_QUERY =
      List.of(
          "continue:string",
          "fieldSelector:string",
          "labelSelector:string",
          "limit:integer",
          "resourceVersion:string",
          "resourceVersionMatch:string",
          "sendInitialEvents:boolean",
          "timeoutSeconds:integer");

  private static final List<String> LIST_QUERY =
      Stream.concat(
              Stream.of("allowWatchBookmarks:boolean", "watch:boolean"), SELECTION_QUERY.stream())
          .toList();
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

  private static final String PROXY = "proxy";
  private static final List<String> ALL_METHODS =
      List.of("delete", "get", "head", "options", "patch", "post", "put");

  /** Of the subresources that clients go on with in another protocol. */
  private static final Map<String, List<String>> CONNECTION_QUERY =
      Map.of(
          "attach",
          STREAMS_QUERY,
          "exec",
          Stream.concat(Stream.of("command:string"), STREAMS_QUERY.stream()).toList(),
          "portforward",
          List.of("ports:integer"),
          PROXY,
          List.of("path:string"));

  private final ResourceType type;
  private final String kind;
  private final String definition;
  private final String scope;
  private final String id;
  private final String tag;

  TypePaths(ResourceType type) {
    this.type = type;
    this.kind = type.kind().kind();
    this.definition = type.definition();
    this.scope = type.namespaced() ? "Namespaced" : "";
    OperationNames names = OperationNames.of(type.kind());
    this.id = names.id();
    this.tag = names.tag();
  }

  void write(ObjectNode paths) {
    String root = "/" + GroupDocument.name(type) + "/";
    String place = (type.namespaced() ? "namespaces/{namespace}/" : "") + type.plural();
    Set<Verb> verbs = type.verbs();
    ObjectNode all = pathItem(paths, root + place);
    if (verbs.contains(Verb.LIST)) {
      ObjectNode list = list("list" + id + scope + kind);
      query(list, LIST_QUERY);
      all.set("get", list);
    }
    if (verbs.contains(Verb.CREATE)) {
      all.set("post", write("post", "create" + id + scope + kind, definition, type.kind()));
    }
    if (verbs.contains(Verb.DELETECOLLECTION)) {
      all.set("delete", delete("deletecollection", "delete" + id + "Collection" + scope + kind));
    }
    if (type.namespaced() && verbs.contains(Verb.LIST)) {
      listPath(paths, root + type.plural())
          .set("get", list("list" + id + kind + "ForAllNamespaces"));
    }
    if (verbs.contains(Verb.GET)) {
      ObjectNode one = pathItem(paths, root + place + "/{name}");
      operations(one, verbs, id + scope + kind, definition, type.kind());
      if (verbs.contains(Verb.DELETE)) {
        one.set("delete", delete("delete", "delete" + id + scope + kind));
      }
    }
    if (verbs.contains(Verb.WATCH)) {
      watches(paths, root + "watch/", place);
    }
    for (Subresource subresource : type.subresources()) {
      String path = root + place + "/{name}/" + subresource.name();
      String name = scope + kind + capitalized(subresource.name());
      if (subresource.name().equals("log")) {
        log(paths, path, id + name);
      } else if (CONNECTION_QUERY.containsKey(subresource.name())) {
        boolean proxied = subresource.name().equals(PROXY);
        List<String> methods = proxied ? ALL_METHODS : List.of("get", "post");
        connect(paths, path, subresource, name, methods);
        if (proxied) {
          connect(paths, path + "/{path}", subresource, name + "WithPath", methods);
        }
      } else {
        ObjectNode item = pathItem(paths, path);
        String of =
            subresource.kind().equals(type.kind()) ? definition : subresource.schema().definition();
        operations(item, subresource.verbs(), id + name, of, subresource.kind());
        if (subresource.verbs().contains(Verb.CREATE)) {
          item.set("post", write("post", "create" + id + name, of, subresource.kind()));
        }
      }
    }
  }

  /** The paths of old, before watching became a question to a list. */
  private void watches(ObjectNode paths, String root, String place) {
    listPath(paths, root + place)
        .set("get", watch("watchlist", "watch" + id + scope + kind + "List"));
    listPath(paths, root + place + "/{name}")
        .set("get", watch("watch", "watch" + id + scope + kind));
    if (type.namespaced()) {
      listPath(paths, root + type.plural())
          .set("get", watch("watchlist", "watch" + id + kind + "ListForAllNamespaces"));
    }
  }

  private ObjectNode watch(String action, String operationId) {
    ObjectNode watch = operation(action, operationId, type.kind());
    answers(watch, List.of(200), GroupDocument.META + "WatchEvent", STREAM_TYPES);
    return watch;
  }

  private void log(ObjectNode paths, String path, String name) {
    ObjectNode item = pathItem(paths, path);
    query(item, LOG_QUERY);
    ObjectNode log = operation("get", "read" + name, type.kind());
    answers(log, List.of(200), "", List.of("text/plain", "application/json", "application/yaml"));
    item.set("get", log);
  }

  private void connect(
      ObjectNode paths, String path, Subresource subresource, String name, List<String> methods) {
    ObjectNode item = paths.putObject(path);
    pathParameters(item.putArray("parameters"), path);
    query(item, CONNECTION_QUERY.get(subresource.name()));
    for (String method : methods) {
      ObjectNode operation =
          operation("connect", "connect" + id + capitalized(method) + name, subresource.kind());
      answers(operation, List.of(200), "", List.of("*/*"));
      item.set(method, operation);
    }
  }

  private void operations(
      ObjectNode item, Set<Verb> verbs, String name, String of, GroupVersionKind kindOf) {
    if (verbs.contains(Verb.GET)) {
      ObjectNode read = operation("get", "read" + name, kindOf);
      answers(read, List.of(200), of, ANSWER_TYPES);
      item.set("get", read);
    }
    if (verbs.contains(Verb.UPDATE)) {
      item.set("put", write("put", "replace" + name, of, kindOf));
    }
    if (verbs.contains(Verb.PATCH)) {
      ObjectNode patch = operation("patch", "patch" + name, kindOf);
      query(patch, PATCH_QUERY);
      ObjectNode content =
          patch.putObject("requestBody").put("required", true).putObject("content");
      for (String mediaType : patchTypes(kindOf)) {
        content.putObject(mediaType).set("schema", reference(GroupDocument.META + "Patch"));
      }
      answers(patch, List.of(200, 201), of, ANSWER_TYPES);
      item.set("patch", patch);
    }
  }

  /** Custom kinds themselves have no strategic merge patch; their scales do. */
  private List<String> patchTypes(GroupVersionKind kindOf) {
    return type.custom().isPresent() && kindOf.equals(type.kind())
        ? PATCH_TYPES.stream().filter(one -> !one.contains("strategic")).toList()
        : PATCH_TYPES;
  }

  private static ObjectNode pathItem(ObjectNode paths, String path) {
    ObjectNode item = paths.putObject(path);
    ArrayNode parameters = item.putArray("parameters");
    pathParameters(parameters, path);
    parameter(parameters, "pretty", "query", "string");
    return item;
  }

  private static void pathParameters(ArrayNode parameters, String path) {
    for (String name : List.of("name", "namespace", "path")) {
      if (path.contains("{" + name + "}")) {
        parameter(parameters, name, "path", "string").put("required", true);
      }
    }
  }

  /** A path of which nothing but lists is read, so that the path has their parameters. */
  private static ObjectNode listPath(ObjectNode paths, String path) {
    ObjectNode item = pathItem(paths, path);
    query(item, LIST_QUERY);
    return item;
  }

  private ObjectNode list(String operationId) {
    ObjectNode list = operation("list", operationId, type.kind());
    answers(list, List.of(200), Components.listName(type), STREAM_TYPES);
    return list;
  }

  private ObjectNode write(String action, String operationId, String of, GroupVersionKind kindOf) {
    ObjectNode write = operation(action, operationId, kindOf);
    query(write, WRITE_QUERY);
    body(write, of).put("required", true);
    answers(
        write,
        action.equals("post") ? List.of(200, 201, 202) : List.of(200, 201),
        of,
        ANSWER_TYPES);
    return write;
  }

  private static ObjectNode body(ObjectNode operation, String of) {
    ObjectNode body = operation.putObject("requestBody");
    body.putObject("content").putObject(BODY_TYPE).set("schema", reference(of));
    return body;
  }

  private ObjectNode delete(String action, String operationId) {
    ObjectNode delete = operation(action, operationId, type.kind());
    query(delete, DELETE_QUERY);
    body(delete, GroupDocument.META + "DeleteOptions");
    boolean many = action.equals("deletecollection");
    if (many) {
      query(delete, SELECTION_QUERY);
    }
    boolean answersObject = !many && DeletionAnswers.object(type.groupResource());
    answers(
        delete,
        many ? List.of(200) : List.of(200, 202),
        answersObject ? definition : GroupDocument.META + "Status",
        ANSWER_TYPES);
    return delete;
  }

  private ObjectNode operation(String action, String operationId, GroupVersionKind kindOf) {
    ObjectNode operation = Json.object();
    operation.putArray("tags").add(tag);
    operation.put("operationId", operationId);
    operation.put("x-kubernetes-action", action);
    operation.set("x-kubernetes-group-version-kind", Components.groupVersionKind(kindOf));
    return operation;
  }

  /**
   * @param of empty for text
   */
  private static void answers(
      ObjectNode operation, List<Integer> codes, String of, List<String> mediaTypes) {
    ObjectNode responses = operation.putObject("responses");
    for (int code : codes) {
      String words = code == 200 ? "OK" : code == 201 ? "Created" : "Accepted";
      ObjectNode content =
          responses
              .putObject(Integer.toString(code))
              .put("description", words)
              .putObject("content");
      for (String mediaType : mediaTypes) {
        content
            .putObject(mediaType)
            .set("schema", of.isEmpty() ? Json.object().put("type", "string") : reference(of));
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
}
