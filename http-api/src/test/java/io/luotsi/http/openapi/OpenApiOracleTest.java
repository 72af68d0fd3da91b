package io.luotsi.http.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.BuiltInCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Compares the document of version 2 with upstream's, where that lies beside the project: every
 * generally available type, path, operation and parameter. What is not served is named with its
 * reason.
 */
class OpenApiOracleTest {
  private static final Path DOCUMENT =
      Path.of(System.getProperty("luotsi.oracle", "../../shared/k8s"), "swagger-1.36.json");

  /** Parameters of upstream's that mean nothing here. */
  private static final Map<String, String> NO_PARAMETERS =
      Map.of(
          "shardSelector", "alpha",
          "ignoreStoreReadErrorWithClusterBreakingPotential", "no object is ever unreadable",
          "insecureSkipTLSVerifyBackend", "logs do not go over TLS to a kubelet",
          "stream", "a container's two streams are one log");

  /** Paths of upstream's that are not served, by what they begin or end with. */
  private static final Map<String, String> NO_PATHS =
      Map.ofEntries(
          Map.entry("/.well-known/openid-configuration/", "served, and not described"),
          Map.entry("/openid/v1/jwks/", "served, and not described"),
          Map.entry("/logs/", "a member's log is a file"),
          Map.entry("/apis/apiextensions.k8s.io/", "custom types"),
          Map.entry("/apis/internal.apiserver.k8s.io/", "has no version that is served"),
          Map.entry("/apis/storagemigration.k8s.io/", "has no version that is served"));

  private static final ObjectNode OURS = Swagger.of(BuiltInCatalog.load());

  @Test
  void everyTypeIsPublishedAsUpstreams() throws IOException {
    JsonNode upstream = upstream().path("definitions");
    Map<String, String> differences = new TreeMap<>();
    Set<String> undescribed = new TreeSet<>();
    for (Map.Entry<String, JsonNode> type : OURS.path("definitions").properties()) {
      JsonNode expected = comparable(upstream.path(type.getKey()));
      JsonNode actual = comparable(type.getValue());
      if (!expected.equals(actual)) {
        differences.put(type.getKey(), "upstream " + expected + "\n ours " + actual);
      }
      for (Map.Entry<String, JsonNode> property : type.getValue().path("properties").properties()) {
        if (upstream.at(pointer(type.getKey(), property.getKey())).isTextual()
            && !property.getValue().has("description")) {
          undescribed.add(type.getKey() + " " + property.getKey());
        }
      }
    }

    assertThat(differences).isEmpty();
    assertThat(OURS.path("definitions").size()).isGreaterThan(550);
    assertThat(undescribed).isEmpty();
  }

  private static String pointer(String definition, String property) {
    return "/%s/properties/%s/description"
        .formatted(definition, property.replace("~", "~0").replace("/", "~1"));
  }

  @Test
  void everyServedPathIsDescribedAsUpstreamsAndAllOthersAreNamed() throws IOException {
    JsonNode document = upstream();
    JsonNode parameters = document.path("parameters");
    Map<String, Object> upstream = new TreeMap<>();
    Set<String> missing = new TreeSet<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path -> {
              if (!path.getKey().matches(".*/v[0-9]+(alpha|beta)[0-9]+(/.*)?")) {
                if (OURS.path("paths").has(path.getKey())) {
                  operations(path.getKey(), path.getValue(), parameters, upstream);
                } else if (NO_PATHS.keySet().stream()
                    .noneMatch(p -> path.getKey().startsWith(p) || path.getKey().endsWith(p))) {
                  missing.add(path.getKey());
                }
              }
            });
    Map<String, Object> ours = new TreeMap<>();
    OURS.path("paths")
        .properties()
        .forEach(path -> operations(path.getKey(), path.getValue(), parameters, ours));

    Map<String, String> differences = new TreeMap<>();
    Set<String> all = new TreeSet<>(upstream.keySet());
    all.addAll(ours.keySet());
    for (String operation : all) {
      if (!upstream.getOrDefault(operation, "").equals(ours.getOrDefault(operation, ""))) {
        differences.put(
            operation, "upstream " + upstream.get(operation) + "\n ours " + ours.get(operation));
      }
    }

    assertThat(missing).isEmpty();
    assertThat(differences).isEmpty();
    assertThat(ours).hasSizeGreaterThan(650);
  }

  private static JsonNode upstream() throws IOException {
    assumeThat(DOCUMENT).as("the oracle beside the project").exists();
    return Json.readObject(Files.readAllBytes(DOCUMENT));
  }

  /** Without prose and what is said of alpha and beta; lists that are sets in order. */
  private static JsonNode comparable(JsonNode definition) {
    ObjectNode bare = definition.isObject() ? definition.deepCopy() : Json.object();
    bare.remove(List.of("description", "x-kubernetes-unions"));
    bare.path("properties").forEach(property -> ((ObjectNode) property).remove("description"));
    sort(bare, "required");
    var kinds = bare.remove("x-kubernetes-group-version-kind");
    if (kinds != null) {
      Set<String> served = new TreeSet<>();
      for (JsonNode kind : kinds) {
        String group = kind.path("group").asText();
        if (kind.path("version").asText().matches("v[0-9]+")
            && !group.equals("admission.k8s.io")
            && !group.equals("imagepolicy.k8s.io")) {
          served.add(
              group + "/" + kind.path("version").asText() + "/" + kind.path("kind").asText());
        }
      }
      bare.put("kinds", served.toString());
    }
    return bare;
  }

  private static void sort(ObjectNode object, String list) {
    if (object.has(list)) {
      Set<String> sorted = new TreeSet<>();
      object.path(list).forEach(item -> sorted.add(item.asText()));
      object.put(list, sorted.toString());
    }
  }

  private static void operations(
      String path, JsonNode item, JsonNode parameters, Map<String, Object> into) {
    for (Map.Entry<String, JsonNode> method : item.properties()) {
      if (!method.getKey().equals("parameters")) {
        JsonNode operation = method.getValue();
        Set<String> taken = new TreeSet<>(names(item.path("parameters"), parameters));
        taken.addAll(names(operation.path("parameters"), parameters));
        into.put(
            method.getKey() + " " + path,
            List.of(
                operation.path("operationId"),
                operation.path("tags"),
                operation.path("x-kubernetes-action"),
                operation.path("x-kubernetes-group-version-kind"),
                taken,
                responses(operation.path("responses")),
                types(operation.path("produces"))));
      }
    }
  }

  private static List<String> names(JsonNode list, JsonNode shared) {
    List<String> names = new ArrayList<>();
    for (JsonNode one : list) {
      String reference = one.path("$ref").asText("");
      JsonNode parameter =
          reference.isEmpty() ? one : shared.path(reference.replace("#/parameters/", ""));
      if (!NO_PARAMETERS.containsKey(parameter.path("name").asText())) {
        names.add(
            String.join(
                " ",
                parameter.path("in").asText(),
                parameter.path("name").asText(),
                parameter.path("type").asText(),
                parameter.at("/schema/$ref").asText(),
                parameter.path("required").asText("false")));
      }
    }
    return names;
  }

  private static Map<String, String> responses(JsonNode responses) {
    Map<String, String> byCode = new TreeMap<>();
    responses
        .properties()
        .forEach(
            response ->
                byCode.put(
                    response.getKey(),
                    response.getValue().at("/schema/$ref").asText()
                        + response.getValue().at("/schema/type").asText()));
    return byCode;
  }

  /** The forms that Luotsi answers in, too. */
  private static Set<String> types(JsonNode produces) {
    Set<String> types = new HashSet<>();
    produces.forEach(type -> types.add(type.asText()));
    types.removeIf(type -> type.contains("protobuf") || type.contains("cbor"));
    return types;
  }
}
