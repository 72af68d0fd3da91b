package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.conformance.Conformance;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NegotiationTest {
  private static final String JSON = "application/json";
  private static final String MAPS = "/api/v1/namespaces/shapes/configmaps";
  private static final String TABLE =
      "application/json;as=Table;v=v1;g=meta.k8s.io,"
          + "application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    create("POST", "/api/v1/namespaces", "{\"metadata\":{\"name\":\"shapes\"}}");
    create("POST", "/api/v1/namespaces", "{\"metadata\":{\"name\":\"many\"}}");
    create(
        "POST",
        MAPS,
        "{\"metadata\":{\"name\":\"a\",\"labels\":{\"l\":\"v\"}},\"data\":{\"k\":\"on\\nand\"}}");
    create("POST", MAPS, "{\"metadata\":{\"name\":\"b\"},\"data\":{}}");
    String text = "x".repeat(10_000);
    for (int i = 0; i < 40; i++) {
      create(
          "POST",
          "/api/v1/namespaces/many/configmaps",
          "{\"metadata\":{\"name\":\"n" + (10 + i) + "\"},\"data\":{\"k\":\"" + text + "\"}}");
    }
  }

  private static void create(String method, String path, String body) {
    assertThat(server.send(method, path, JSON, body).statusCode()).isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aListIsTheStoredObjectsInKeyOrder() {
    JsonNode list = json(server.get(MAPS));

    assertThat(list.path("kind").asText()).isEqualTo("ConfigMapList");
    assertThat(list.path("apiVersion").asText()).isEqualTo("v1");
    assertThat(list.at("/metadata/resourceVersion").asLong()).isPositive();
    assertThat(list.path("items"))
        .containsExactly(json(server.get(MAPS + "/a")), json(server.get(MAPS + "/b")));
  }

  @Test
  void pagesContinueWhereTheLastOneEnded() {
    JsonNode first = json(server.get(MAPS + "?limit=1"));
    JsonNode second =
        json(server.get(MAPS + "?limit=1&continue=" + first.at("/metadata/continue").asText()));

    assertThat(first.path("items")).hasSize(1);
    assertThat(first.at("/metadata/remainingItemCount").asInt()).isEqualTo(1);
    assertThat(second.at("/items/0/metadata/name").asText()).isEqualTo("b");
    assertThat(second.path("metadata").has("continue")).isFalse();
  }

  @Test
  void aTableHasACellForEachColumnAndTheObjectsMetadata() {
    JsonNode table = json(server.get(MAPS, "Accept", TABLE));

    assertThat(table.path("kind").asText()).isEqualTo("Table");
    assertThat(table.path("apiVersion").asText()).isEqualTo("meta.k8s.io/v1");
    assertThat(table.at("/columnDefinitions/0/name").asText()).isEqualTo("Name");
    assertThat(table.path("rows")).hasSize(2);
    assertThat(table.at("/rows/0/cells")).hasSameSizeAs(table.path("columnDefinitions"));
    assertThat(table.at("/rows/0/object/metadata/labels/l").asText()).isEqualTo("v");
    assertThat(table.at("/rows/0/object").has("data")).isFalse();
  }

  @Test
  @Conformance("API metadata HTTP return")
  void whatHasNoMetadataIsShownInNoTable() {
    HttpResponse<String> refused =
        server.send(
            server
                .request("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
                .headers(
                    "Content-Type",
                    "application/json",
                    "Accept",
                    "application/json;as=Table;v=v1;g=meta.k8s.io")
                .POST(
                    java.net.http.HttpRequest.BodyPublishers.ofString(
                        "{\"spec\":{\"resourceAttributes\":{\"verb\":\"get\"}}}")));

    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(406);
    assertThat(refused.body()).contains("\"reason\":\"NotAcceptable\"");
  }

  @Test
  void aScaleIsShownAsWhatItSays() {
    String deployments = "/apis/apps/v1/namespaces/default/deployments";
    server.send(
        "POST",
        deployments,
        JSON,
        """
        {"metadata": {"name": "x"}, "spec": {"replicas": 3, "selector": {"matchLabels": {"a": "b"}},
          "template": {"metadata": {"labels": {"a": "b"}},
            "spec": {"containers": [{"name": "c", "image": "i"}]}}}}
        """);

    JsonNode table = json(server.get(deployments + "/x/scale", "Accept", TABLE));

    assertThat(table.at("/columnDefinitions").findValuesAsText("name"))
        .containsExactly("Name", "Desired", "Available", "Age");
    assertThat(table.at("/rows/0/cells/1").asInt()).isEqualTo(3);
    server.send("DELETE", deployments + "/x", JSON, "");
  }

  @Test
  void aTableCanCarryTheWholeObjectsOrNone() {
    JsonNode whole = json(server.get(MAPS + "?includeObject=Object", "Accept", TABLE));
    JsonNode bare = json(server.get(MAPS + "?includeObject=None", "Accept", TABLE));

    assertThat(whole.at("/rows/0/object/data/k").asText()).isEqualTo("on\nand");
    assertThat(bare.at("/rows/0/object").isNull()).isTrue();
  }

  @Test
  void partialMetadataIsTheMetadataAlone() {
    JsonNode one =
        json(
            server.get(
                MAPS + "/a",
                "Accept",
                "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"));
    JsonNode list =
        json(
            server.get(
                MAPS,
                "Accept",
                "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"));

    assertThat(one.path("kind").asText()).isEqualTo("PartialObjectMetadata");
    assertThat(one.path("metadata")).isEqualTo(json(server.get(MAPS + "/a")).path("metadata"));
    assertThat(one.has("data")).isFalse();
    assertThat(list.path("kind").asText()).isEqualTo("PartialObjectMetadataList");
    assertThat(list.path("items")).hasSize(2).first().isEqualTo(one);
  }

  @Test
  void yamlIsReadAndWritten() {
    HttpResponse<String> created =
        server.send(
            server
                .request(MAPS)
                .headers("Content-Type", "application/yaml", "Accept", "application/yaml")
                .POST(
                    java.net.http.HttpRequest.BodyPublishers.ofString(
                        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\n"
                            + "data: &d\n  text: |\n    two\n    lines\n  number: '7'\n")));
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.headers().firstValue("Content-Type")).hasValue("application/yaml");
    assertThat(created.body()).contains("kind: ConfigMap\n").contains("  name: yaml\n");
    assertThat(created.body())
        .as("no reader takes text for anything else, and names are in order")
        .containsPattern("\n  creationTimestamp: \"20[-0-9T:]+Z\"\n")
        .containsPattern("\n  resourceVersion: \"[0-9]+\"\n  uid: ")
        .contains("data:\n  number: \"7\"\n  text: |\n    two\n    lines\n");
    JsonNode data = json(server.get(MAPS + "/yaml")).path("data");
    assertThat(data.path("text").asText()).isEqualTo("two\nlines\n");
    assertThat(data.path("number").asText()).isEqualTo("7");
    server.send("DELETE", MAPS + "/yaml", JSON, "");
  }

  @Test
  void whoLooksWithABrowserOrAsksForItIsShownIndentedJson() {
    String pretty = server.get(MAPS + "?pretty=true").body();

    assertThat(pretty).startsWith("{\n  \"kind\": \"ConfigMapList\",\n");
    assertThat(pretty).contains("\n    {\n      \"").endsWith("\n  ]\n}");
    assertThat(Json.readObject(pretty.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(json(server.get(MAPS)));
    assertThat(server.get(MAPS + "/none", "User-Agent", "curl/8").body())
        .as("refusals, too")
        .contains("\n  \"reason\": \"NotFound\",\n");
    assertThat(server.get(MAPS + "/none").body()).doesNotContain("\n");
    assertThat(server.get(MAPS + "/a", "User-Agent", "curl/8").body()).contains("\n  \"data\": {");
    assertThat(server.get(MAPS + "?limit=1&labelSelector=no&pretty=1").body())
        .contains("\"items\": []");
  }

  @Test
  void longListsAreCompressedForWhomAsksAndShortOnesNever() throws IOException {
    HttpResponse<byte[]> long1 = zipped("/api/v1/namespaces/many/configmaps");
    HttpResponse<byte[]> short1 = zipped(MAPS);

    assertThat(long1.headers().firstValue("Content-Encoding")).hasValue("gzip");
    byte[] body = new GZIPInputStream(new ByteArrayInputStream(long1.body())).readAllBytes();
    assertThat(long1.body().length).isLessThan(body.length / 10);
    assertThat(Json.readObject(body))
        .isEqualTo(json(server.get("/api/v1/namespaces/many/configmaps")));
    assertThat(Json.readObject(body).path("items")).hasSize(40);
    assertThat(short1.headers().firstValue("Content-Encoding")).isEmpty();
  }

  @Test
  void whatWeDoNotSpeakIsRefused() {
    assertThat(server.get(MAPS, "Accept", "application/cbor").statusCode()).isEqualTo(406);
    HttpResponse<String> cbor = server.send("POST", MAPS, "application/cbor", "{}");
    assertThat(cbor.statusCode()).isEqualTo(415);
    assertThat(json(cbor).path("message").asText())
        .startsWith("the body of the request was in an unknown format - accepted media types");
    assertThat(json(server.get(MAPS, "Accept", "image/png")).path("message").asText())
        .isEqualTo(
            "only the following media types are accepted: application/json, application/yaml,"
                + " application/vnd.kubernetes.protobuf");
    HttpResponse<String> yaml = server.get(MAPS + "?watch=1", "Accept", "application/yaml");
    assertThat(yaml.statusCode()).isEqualTo(406);
    assertThat(yaml.body())
        .startsWith("apiVersion: v1\n")
        .contains(
            "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch");
  }

  @Test
  void theFirstOfTheBestIsTakenAndWildcardsComeLast() {
    String protobuf = "application/vnd.kubernetes.protobuf";

    assertThat(typeFor(protobuf + ",application/json")).isEqualTo(protobuf);
    assertThat(typeFor("application/json," + protobuf)).isEqualTo(JSON);
    assertThat(typeFor("application/json;q=0.5, " + protobuf + ";q=0.9")).isEqualTo(protobuf);
    assertThat(typeFor("*/*," + protobuf)).isEqualTo(protobuf);
    assertThat(typeFor("application/*,application/yaml")).isEqualTo("application/yaml");
    assertThat(typeFor("image/png,*/*;q=0.1")).isEqualTo(JSON);
    assertThat(typeFor("*")).isEqualTo(JSON);
    assertThat(typeFor("application/yaml;stream=watch,application/json")).isEqualTo(JSON);
  }

  private static String typeFor(String accept) {
    HttpResponse<String> response = server.get(MAPS + "/a", "Accept", accept);
    assertThat(response.statusCode()).isEqualTo(200);
    return response.headers().firstValue("Content-Type").orElse("");
  }

  private static HttpResponse<byte[]> zipped(String path) {
    return server
        .admin()
        .sendAsync(
            server.request(path).header("Accept-Encoding", "gzip").GET().build(),
            BodyHandlers.ofByteArray())
        .join();
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Json.readObject(response.body().getBytes(StandardCharsets.UTF_8));
  }
}
