package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.luotsi.core.api.Json;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In which forms the OpenAPI documents are there, and that they say the same. */
class OpenApiFormsTest {
  private static final String PROTO = "application/com.github.proto-openapi.spec.";
  private static final String APPS = "/openapi/v3/apis/apps/v1";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<byte[]> get(String path, String accept, String... headers) {
    var request = server.request(path).header("Accept", accept).GET();
    if (headers.length > 0) {
      request.headers(headers);
    }
    return server.admin().sendAsync(request.build(), BodyHandlers.ofByteArray()).join();
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/* | application/json",
        "application/* | application/json",
        "application/json, */* | application/json",
        "text/html, application/json;q=0.5 | application/json",
        "application/com.github.proto-openapi.spec.V@v1.0+protobuf | PROTO",
        "application/com.github.proto-openapi.spec.V.v1.0+protobuf | PROTO",
        "application/json;q=0.1, application/com.github.proto-openapi.spec.V@v1.0+protobuf | PROTO",
        "application/com.github.proto-openapi.spec.V@v1.0+protobuf;q=0.1, application/json"
            + " | application/json",
      })
  void theClientSaysWhichFormItTakes(String accept, String type) {
    for (String version : List.of("v2", "v3")) {
      HttpResponse<byte[]> answer =
          get(version.equals("v2") ? "/openapi/v2" : APPS, accept.replace("V", version));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "Content-Type"))
          .isEqualTo(type.replace("PROTO", PROTO + version + ".v1.0+protobuf"));
      assertThat(header(answer, "Vary")).startsWith("Accept");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "application/yaml",
        "application/vnd.kubernetes.protobuf",
        "application/com.github.proto-openapi.spec.v9@v1.0+protobuf"
      })
  void whatNobodyHasIsNotAcceptable(String accept) {
    for (String path : List.of("/openapi/v2", APPS)) {
      HttpResponse<byte[]> answer = get(path, accept);
      assertThat(answer.statusCode()).isEqualTo(406);
      assertThat(answer.body()).isEmpty();
    }
    assertThat(get("/openapi/v3", accept).statusCode()).isEqualTo(200);
    assertThat(get("/openapi/v3/apis/nothing/v1", accept).statusCode()).isEqualTo(404);
  }

  @Test
  void ofWhatIsNotThereNothingIsSaid() {
    HttpResponse<byte[]> answer = get("/openapi/v3/apis/nothing/v1", "application/json");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("Content-Type")).isEmpty();
  }

  @Test
  void aDocumentIsKeptByItsHashWhateverItsForm() {
    HttpResponse<byte[]> json = get(APPS, "application/json");
    HttpResponse<byte[]> proto = get(APPS, PROTO + "v3@v1.0+protobuf");
    String etag = header(json, "ETag");
    assertThat(header(proto, "ETag")).isEqualTo(etag);
    assertThat(header(json, "Cache-Control")).isEqualTo("no-cache, private");
    assertThat(get(APPS, "*/*", "If-None-Match", etag).statusCode()).isEqualTo(304);

    String url =
        json(server.get("/openapi/v3").body())
            .at("/paths/apis~1apps~1v1")
            .elements()
            .next()
            .asText();
    HttpResponse<byte[]> kept = get(url, "application/json");
    assertThat(kept.body()).isEqualTo(json.body());
    assertThat(header(kept, "Cache-Control")).isEqualTo("public, immutable");
    assertThat(header(kept, "Expires")).endsWith("GMT");
    HttpResponse<byte[]> old = get(APPS + "?hash=OLD", "application/json");
    assertThat(old.statusCode()).isEqualTo(301);
    assertThat(header(old, "Location")).isEqualTo(url);
  }

  private static JsonNode json(String text) {
    return Json.readObject(text.getBytes(StandardCharsets.UTF_8));
  }

  private static UnknownFieldSet parsed(byte[] bytes) {
    try {
      return UnknownFieldSet.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static UnknownFieldSet message(UnknownFieldSet of, int... fields) {
    UnknownFieldSet message = of;
    for (int field : fields) {
      message = parsed(message.getField(field).getLengthDelimitedList().getLast().toByteArray());
    }
    return message;
  }

  private static String text(UnknownFieldSet of, int field) {
    return of.hasField(field)
        ? of.getField(field).getLengthDelimitedList().getLast().toStringUtf8()
        : "";
  }

  /** Named values of a message, by name. */
  private static Map<String, UnknownFieldSet> named(UnknownFieldSet of) {
    Map<String, UnknownFieldSet> all = new TreeMap<>();
    of.getField(1)
        .getLengthDelimitedList()
        .forEach(
            bytes -> {
              UnknownFieldSet entry = parsed(bytes.toByteArray());
              all.put(text(entry, 1), message(entry, 2));
            });
    return all;
  }

  @Test
  void everyDocumentSaysTheSameInProtobuf() {
    JsonNode paths = json(server.get("/openapi/v3").body()).path("paths");
    assertThat(paths.size()).isGreaterThan(30);
    for (Map.Entry<String, JsonNode> entry : paths.properties()) {
      String path = "/openapi/v3/" + entry.getKey();
      JsonNode json = Json.readObject(get(path, "application/json").body());
      UnknownFieldSet proto = parsed(get(path, PROTO + "v3@v1.0+protobuf").body());

      assertThat(text(proto, 1)).isEqualTo("3.0.0");
      assertThat(text(message(proto, 2), 6)).isEqualTo(json.at("/info/version").asText());
      Map<String, UnknownFieldSet> items = named(message(proto, 4));
      assertThat(items.keySet()).containsExactlyInAnyOrderElementsOf(names(json.path("paths")));
      Map<String, UnknownFieldSet> schemas = named(message(proto, 5, 1));
      JsonNode components = json.at("/components/schemas");
      assertThat(schemas.keySet()).containsExactlyInAnyOrderElementsOf(names(components));
      schemas.forEach((name, schema) -> isThatSchema(schema, components.path(name)));
    }
  }

  private static List<String> names(JsonNode object) {
    return object.propertyStream().map(Map.Entry::getKey).toList();
  }

  private static void isThatSchema(UnknownFieldSet either, JsonNode json) {
    if (json.has("$ref")) {
      assertThat(text(message(either, 2), 1)).isEqualTo(json.path("$ref").asText());
      return;
    }
    UnknownFieldSet schema = message(either, 1);
    assertThat(text(schema, 25)).isEqualTo(json.path("type").asText(""));
    assertThat(text(schema, 34)).isEqualTo(json.path("description").asText(""));
    assertThat(text(schema, 35)).isEqualTo(json.path("format").asText(""));
    assertThat(schema.getField(23).getLengthDelimitedList()).hasSize(json.path("required").size());
    assertThat(schema.hasField(33)).isEqualTo(json.has("default"));
    assertThat(schema.getField(36).getLengthDelimitedList())
        .hasSize((int) names(json).stream().filter(name -> name.startsWith("x-")).count());
    if (json.has("properties")) {
      Map<String, UnknownFieldSet> properties = named(message(schema, 31));
      assertThat(properties.keySet())
          .containsExactlyInAnyOrderElementsOf(names(json.path("properties")));
      properties.forEach((name, it) -> isThatSchema(it, json.path("properties").path(name)));
    }
    if (json.has("items")) {
      isThatSchema(message(schema, 30, 1), json.path("items"));
    }
    if (json.path("additionalProperties").isObject()) {
      isThatSchema(message(schema, 32, 1), json.path("additionalProperties"));
    }
    int i = 0;
    for (JsonNode choice : json.path("allOf")) {
      isThatSchema(
          parsed(schema.getField(26).getLengthDelimitedList().get(i++).toByteArray()), choice);
    }
  }
}
