package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.conformance.Conformance;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
  private static final String V2 =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  private static final Path UPSTREAM =
      Path.of(
          System.getProperty("luotsi.oracle", "../../shared/k8s"),
          "aggregated-discovery-1.33.json");

  /** Generally available only after the version of upstream's that the document is of. */
  private static final Set<String> SINCE_THEN =
      Set.of(
          "admissionregistration.k8s.io/v1/mutatingadmissionpolicies",
          "admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings",
          "resource.k8s.io/v1/deviceclasses",
          "resource.k8s.io/v1/resourceclaims",
          "resource.k8s.io/v1/resourceclaimtemplates",
          "resource.k8s.io/v1/resourceslices",
          "storage.k8s.io/v1/volumeattributesclasses");

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void whatIsServedIsDescribedAsUpstreamDescribesIt() throws IOException {
    assumeTrue(Files.exists(UPSTREAM), "upstream's discovery is not beside the project");
    Map<String, JsonNode> upstream = resources(Json.readObject(Files.readAllBytes(UPSTREAM)));
    Map<String, String> differences = new TreeMap<>();
    Map<String, JsonNode> ours = resources(json(server.get("/apis", "Accept", V2)));
    ours.keySet().removeAll(SINCE_THEN);
    ours.forEach(
        (name, resource) -> {
          JsonNode expected = upstream.get(name);
          if (!resource.equals(expected)) {
            differences.put(name, "upstream " + expected + "\n ours " + resource);
          }
        });

    assertThat(differences).isEmpty();
    assertThat(ours).hasSizeGreaterThanOrEqualTo(30);
  }

  /**
   * Group, version, resource, names, scope, categories, verbs, subresources: one line a resource.
   */
  private static final Pattern TABLE_ROW =
      Pattern.compile(
          "\\| (\\S+) \\| (\\S+) \\| (\\S*) ?\\| (yes|no) \\| (\\S*) ?\\| (.*?) \\| (.*?) ?\\| \\S+"
              + " \\|");

  @Test
  void everyGenerallyAvailableResourceIsServed() throws IOException {
    Path table = UPSTREAM.resolveSibling("api-resources.md");
    assumeTrue(Files.exists(table), "upstream's table of resources is not beside the project");
    Map<String, String> upstream = tableRows(Files.readAllLines(table));
    Map<String, String> ours = new HashMap<>();
    for (String root : List.of("/api", "/apis")) {
      collect(json(server.get(root, "Accept", V2)), ours);
    }

    Set<String> missing = new TreeSet<>(upstream.keySet());
    missing.removeAll(ours.keySet());
    Map<String, String> different = new TreeMap<>(ours);
    different.entrySet().removeIf(row -> row.getValue().equals(upstream.get(row.getKey())));

    assertThat(different).isEmpty();
    assertThat(missing).isEmpty();
    assertThat(upstream).hasSize(68);
  }

  private static Map<String, String> tableRows(List<String> lines) {
    Map<String, String> rows = new HashMap<>();
    String version = "";
    for (String line : lines) {
      if (line.startsWith("## ")) {
        version = line.substring(3).replace("core (legacy /api)/", "");
      }
      Matcher row = TABLE_ROW.matcher(line);
      if (row.matches() && version.matches("(\\S+/)?v[0-9]+")) {
        rows.put(
            version + "/" + row.group(1),
            String.join(
                " ",
                row.group(2),
                "[" + row.group(3) + "]",
                row.group(4).equals("yes") ? "Namespaced" : "Cluster",
                "[" + row.group(5) + "]",
                verbs(row.group(6)),
                subresources(row.group(7))));
      }
    }
    return rows;
  }

  private static String verbs(String words) {
    Set<String> verbs =
        words.startsWith("all")
            ? new TreeSet<>(
                List.of(
                    "create",
                    "delete",
                    "deletecollection",
                    "get",
                    "list",
                    "patch",
                    "update",
                    "watch"))
            : new TreeSet<>(List.of(words.split(",")));
    if (words.startsWith("all but ")) {
      verbs.remove(words.substring("all but ".length()));
    }
    return verbs.toString();
  }

  /** {@code scale→autoscaling/v1.Scale (get,patch,update); status (get)}: the names alone. */
  private static String subresources(String text) {
    Set<String> names = new TreeSet<>();
    for (String subresource : text.split(";")) {
      String name = subresource.strip().split("[→ ]")[0];
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return names.toString();
  }

  private static void collect(JsonNode document, Map<String, String> rows) {
    for (JsonNode group : document.path("items")) {
      String name = group.at("/metadata/name").asText("");
      for (JsonNode version : group.path("versions")) {
        for (JsonNode resource : version.path("resources")) {
          Set<String> verbs = new TreeSet<>();
          resource.path("verbs").forEach(verb -> verbs.add(verb.asText()));
          Set<String> subresources = new TreeSet<>();
          resource
              .path("subresources")
              .forEach(sub -> subresources.add(sub.path("subresource").asText()));
          rows.put(
              (name.isEmpty() ? "" : name + "/")
                  + version.path("version").asText()
                  + "/"
                  + resource.path("resource").asText(),
              String.join(
                  " ",
                  resource.at("/responseKind/kind").asText(),
                  "[" + joined(resource.path("shortNames")) + "]",
                  resource.path("scope").asText(),
                  "[" + joined(resource.path("categories")) + "]",
                  verbs.toString(),
                  subresources.toString()));
        }
      }
    }
  }

  private static String joined(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.asText()));
    return String.join(",", texts);
  }

  /** Group/version/resource to its description. */
  private static Map<String, JsonNode> resources(JsonNode document) {
    Map<String, JsonNode> resources = new HashMap<>();
    for (JsonNode group : document.path("items")) {
      for (JsonNode version : group.path("versions")) {
        for (JsonNode resource : version.path("resources")) {
          String plural = resource.path("resource").asText();
          resources.put(
              group.at("/metadata/name").asText()
                  + "/"
                  + version.path("version").asText()
                  + "/"
                  + plural,
              resource);
        }
      }
    }
    return resources;
  }

  @Test
  @Conformance("Aggregated Discovery Endpoint Accept Headers")
  void theAggregatedFormIsNotSentAgainToWhomKnowsIt() {
    HttpResponse<String> first = server.get("/api", "Accept", V2);
    String etag = first.headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> second = server.get("/api", "Accept", V2, "If-None-Match", etag);

    // The order of a media type's parameters means nothing.
    assertThat(first.headers().firstValue("Content-Type").orElseThrow().split("; ?"))
        .containsExactlyInAnyOrder(V2.split(";"));
    assertThat(json(first).path("apiVersion").asText()).isEqualTo("apidiscovery.k8s.io/v2");
    assertThat(second.statusCode()).isEqualTo(304);
    assertThat(second.body()).isEmpty();
  }

  @Test
  void oldClientsAreToldTheSameInTheOldForms() {
    assertThat(json(server.get("/api")).at("/versions/0").asText()).isEqualTo("v1");
    JsonNode groups = json(server.get("/apis")).path("groups");
    assertThat(groups).extracting(group -> group.path("name").asText()).contains("apps");
    assertThat(json(server.get("/apis/apps")).at("/preferredVersion/groupVersion").asText())
        .isEqualTo("apps/v1");
    Map<String, JsonNode> core = new HashMap<>();
    json(server.get("/api/v1"))
        .path("resources")
        .forEach(resource -> core.put(resource.path("name").asText(), resource));
    JsonNode pods = core.get("pods");
    assertThat(pods.path("storageVersionHash").asText()).isEqualTo("xPOwRZ+Yhw8=");
    assertThat(List.of(hashOf("/apis/autoscaling/v1"), hashOf("/apis/autoscaling/v2")))
        .containsOnly("qwQve8ut294=");
    assertThat(hashOf("/apis/events.k8s.io/v1")).isEqualTo("r2yiGXH7wu8=");
    assertThat(json(server.get("/apis/autoscaling")).at("/preferredVersion/version").asText())
        .isEqualTo("v2");
    assertThat(pods.path("shortNames").toString()).isEqualTo("[\"po\"]");
    assertThat(pods.path("verbs")).hasSize(8);
    assertThat(core.get("pods/log").path("verbs").toString()).isEqualTo("[\"get\"]");
    JsonNode scale =
        json(server.get("/apis/apps/v1")).path("resources").findParents("name").stream()
            .filter(resource -> resource.path("name").asText().equals("deployments/scale"))
            .findFirst()
            .orElseThrow();
    assertThat(scale.path("group").asText()).isEqualTo("autoscaling");
    assertThat(scale.path("kind").asText()).isEqualTo("Scale");
  }

  /** Says in which version the first resource of a list is stored. */
  private static String hashOf(String path) {
    return json(server.get(path)).at("/resources/0/storageVersionHash").asText();
  }

  @Test
  void everyReferenceInTheOpenApiDocumentsLeadsSomewhere() {
    JsonNode index = json(server.get("/openapi/v3")).path("paths");
    assertThat(index.has("api/v1")).isTrue();
    index.forEach(
        entry -> {
          String url = entry.path("serverRelativeURL").asText();
          JsonNode document = json(server.get(url));
          JsonNode schemas = document.at("/components/schemas");
          Set<String> missing = new HashSet<>();
          for (JsonNode reference : document.findValues("$ref")) {
            String name = reference.asText().replace("#/components/schemas/", "");
            // JSON schemas have a field of that name themselves.
            if (reference.isTextual() && !schemas.has(name)) {
              missing.add(name);
            }
          }
          assertThat(missing).as(url).isEmpty();
        });
  }

  @Test
  void kubectlFindsInOpenApiWhatItLooksFor() {
    HttpResponse<String> response = server.get("/openapi/v3/apis/apps/v1");
    JsonNode document = json(response);
    JsonNode patch =
        document.at("/paths/~1apis~1apps~1v1~1namespaces~1{namespace}~1deployments~1{name}/patch");
    JsonNode deployment = document.at("/components/schemas/io.k8s.api.apps.v1.Deployment");

    assertThat(patch.path("parameters"))
        .extracting(parameter -> parameter.path("name").asText())
        .contains("fieldValidation");
    assertThat(patch.at("/x-kubernetes-group-version-kind/kind").asText()).isEqualTo("Deployment");
    assertThat(deployment.at("/x-kubernetes-group-version-kind/0/group").asText())
        .isEqualTo("apps");
    assertThat(deployment.path("description").asText()).isNotEmpty();
    String etag = response.headers().firstValue("ETag").orElseThrow();
    assertThat(server.get("/openapi/v3/apis/apps/v1", "If-None-Match", etag).statusCode())
        .isEqualTo(304);
  }

  @Test
  void oldKubectlGetsTheDocumentThatItInsistsOn() {
    String type = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    HttpResponse<String> document = server.get("/openapi/v2", "Accept", type);

    assertThat(document.statusCode()).isEqualTo(200);
    assertThat(document.body())
        .contains("/apis/apps/v1/namespaces/{namespace}/deployments/{name}")
        .contains("fieldValidation")
        .contains("io.k8s.api.apps.v1.DeploymentSpec")
        .contains("{\"group\":\"apps\",\"kind\":\"Deployment\",\"version\":\"v1\"}");
  }

  @Test
  void theDocumentOfVersionTwoIsThereInJsonToo() {
    JsonNode document = json(server.get("/openapi/v2"));
    JsonNode containers =
        document.at("/definitions/io.k8s.api.core.v1.PodSpec/properties/containers");

    assertThat(document.path("swagger").asText()).isEqualTo("2.0");
    assertThat(containers.at("/items/$ref").asText())
        .isEqualTo("#/definitions/io.k8s.api.core.v1.Container");
    assertThat(containers.path("x-kubernetes-patch-merge-key").asText()).isEqualTo("name");
    assertThat(server.get("/openapi/v2", "Accept", "image/png").statusCode()).isEqualTo(406);
  }

  @Test
  @Conformance({
    "Discovery, confirm the PreferredVersion for each api group",
    "Discovery, confirm the groupVerion and a resourcefrom each apiGroup",
    "Aggregated Discovery Interface"
  })
  void everyGroupPrefersAVersionThatItServes() {
    for (JsonNode group : json(server.get("/apis")).path("groups")) {
      String preferred = group.at("/preferredVersion/groupVersion").asText();
      JsonNode resources = json(server.get("/apis/" + preferred)).path("resources");

      assertThat(group.path("versions").findValuesAsText("groupVersion")).contains(preferred);
      assertThat(resources.size()).as(preferred).isPositive();
      assertThat(resources).allMatch(resource -> !resource.path("verbs").isEmpty());
    }
    for (JsonNode group : json(server.get("/apis", "Accept", V2)).path("items")) {
      for (JsonNode version : group.path("versions")) {
        assertThat(version.path("freshness").asText()).isEqualTo("Current");
        assertThat(version.path("resources"))
            .isNotEmpty()
            .allMatch(resource -> resource.at("/responseKind/kind").isTextual());
      }
    }
  }

  @Test
  void whoAsksOfWhatIsDeprecatedIsWarned() {
    String path = "/api/v1/namespaces/default/endpoints";

    for (String asked : List.of(path, path + "/none")) {
      assertThat(server.get(asked).headers().allValues("Warning"))
          .containsExactly(
              "299 - \"v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1"
                  + " EndpointSlice\"");
    }
    assertThat(server.get("/api/v1/services").headers().allValues("Warning")).isEmpty();
  }

  @Test
  void componentStatusesAreShownAsKubectlAsksForThem() {
    String path = "/api/v1/componentstatuses";
    HttpResponse<String> list = server.get(path);
    assertThat(list.body())
        .startsWith(
            "{\"kind\":\"ComponentStatusList\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":[{");
    assertThat(list.headers().allValues("Warning"))
        .containsExactly("299 - \"v1 ComponentStatus is deprecated in v1.19+\"");

    JsonNode table =
        json(server.get(path, "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"));
    assertThat(table.path("columnDefinitions").findValuesAsText("name"))
        .containsExactly("Name", "Status", "Message", "Error");
    assertThat(table.path("rows").findValues("cells").stream().map(JsonNode::toString))
        .containsExactly(
            "[\"controller-manager\",\"Healthy\",\"ok\",\"\"]",
            "[\"scheduler\",\"Unhealthy\",\"no member leads\",\"\"]",
            "[\"store-node-1\",\"Unhealthy\",\"\",\"does not answer\"]");

    assertThat(server.get(path + "/scheduler").statusCode()).isEqualTo(200);
    assertThat(server.get(path + "?watch=1").statusCode()).isEqualTo(405);
    for (String method : List.of("POST", "DELETE")) {
      assertThat(server.send(method, path, "application/json", "{}").statusCode()).isEqualTo(405);
    }
    for (String method : List.of("PUT", "PATCH", "DELETE")) {
      String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
      assertThat(server.send(method, path + "/scheduler", type, "{}").statusCode()).isEqualTo(405);
    }
  }

  @Test
  @Conformance("Confirm a server version")
  void otherPathsAnswerAsUpstreams() {
    HttpResponse<String> asked = server.get("/version", "Accept", "application/yaml");
    assertThat(asked.body()).startsWith("{\n  \"major\": \"1\",\n  \"minor\": \"36\",\n");
    assertThat(asked.headers().firstValue("Content-Type")).contains("application/json");
    JsonNode version = json(asked);
    assertThat(version.propertyStream().map(Map.Entry::getKey))
        .containsExactly(
            "major",
            "minor",
            "emulationMajor",
            "emulationMinor",
            "minCompatibilityMajor",
            "minCompatibilityMinor",
            "gitVersion",
            "gitCommit",
            "gitTreeState",
            "buildDate",
            "goVersion",
            "compiler",
            "platform");
    assertThat(version.path("major").asText()).isEqualTo("1");
    assertThat(version.path("minor").asText()).isEqualTo("36");
    assertThat(version.path("gitVersion").asText()).startsWith("v1.36.0+luotsi");
    assertThat(server.get("/healthz").body()).isEqualTo("ok");
    assertThat(server.get("/readyz?verbose").body())
        .isEqualTo("[+]ping ok\n[+]store ok\nreadyz check passed\n");
    assertThat(server.get("/readyz?verbose&exclude=store&exclude=none").body())
        .isEqualTo(
            "[+]ping ok\n[+]store excluded: ok\nwarn: some health checks cannot be excluded: no"
                + " matches for \"none\"\nreadyz check passed\n");
    assertThat(server.get("/livez?exclude=ping").body()).isEqualTo("ok");
    assertThat(server.get("/readyz/store").body()).isEqualTo("ok");
    assertThat(server.get("/healthz/ping").body()).isEqualTo("ok");
    assertThat(server.get("/readyz/nothing").statusCode()).isEqualTo(404);
    assertThat(server.get("/").body())
        .startsWith("{\n  \"paths\": [\n    \"/api\",\n    \"/api/v1\",\n    \"/apis\",\n")
        .contains("\"/apis/apps/v1\"", "\"/readyz/store\"", "\"/openapi/v3\"");
    HttpResponse<String> nothing = server.get("/nothing/here");
    assertThat(nothing.statusCode()).isEqualTo(404);
    assertThat(nothing.body()).isEqualTo("404 page not found\n");
    assertThat(server.get("/api/v1/nothings").statusCode()).isEqualTo(404);
    assertThat(server.get("/api/v1/namespaces/x/nodes").statusCode()).isEqualTo(404);
  }

  private static JsonNode json(HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(200);
    return Json.readObject(response.body().getBytes(StandardCharsets.UTF_8));
  }
}
