package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubernetes.client.proto.Meta;
import io.luotsi.core.api.Json;
import io.luotsi.http.audit.AuditPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the audit log of a server. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AuditOverHttpTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String SECRETS = "/api/v1/namespaces/default/secrets";
  private static final String POLICY =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      rules:
      - {level: Metadata, resources: [{group: "", resources: [secrets]}]}
      - level: RequestResponse
        omitStages: [RequestReceived]
        omitManagedFields: true
        resources: [{group: "", resources: [configmaps]}]
      - level: Metadata
        omitStages: [RequestReceived]
        resources: [{group: "", resources: [pods]}, {group: apps, resources: [deployments]}]
      - {level: Metadata, omitStages: [RequestReceived], nonResourceURLs: ["/version"]}
      """;

  @TempDir private static Path folder;

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(AuditPolicy.read(POLICY.getBytes(StandardCharsets.UTF_8)), folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> post(String path, String json) {
    return server.send("POST", path, "application/json", json.replace('\'', '"'));
  }

  /** The events of the request that was answered so, when there are as many. */
  private static List<ObjectNode> events(HttpResponse<?> response, int number) {
    String id = response.headers().firstValue("Audit-Id").orElseThrow();
    long read = -1;
    List<ObjectNode> all = List.of();
    while (all.size() < number) {
      long size = server.auditFile().toFile().length();
      if (size == read) {
        Thread.yield();
        continue;
      }
      read = size;
      all =
          lines().stream()
              .filter(line -> line.contains(id))
              .map(line -> Json.readObject(line.getBytes(StandardCharsets.UTF_8)))
              .toList();
    }
    assertThat(all).hasSize(number);
    return all;
  }

  private static List<String> lines() {
    try {
      if (!Files.exists(server.auditFile())) {
        return List.of();
      }
      String text = Files.readString(server.auditFile());
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatPodSecurityHasToSayStandsAmongTheAnnotations() {
    post(
        "/api/v1/namespaces",
        """
        {'metadata':{'name':'held','labels':{'pod-security.kubernetes.io/enforce':'baseline',
          'pod-security.kubernetes.io/audit':'restricted',
          'pod-security.kubernetes.io/audit-version':'v1.30'}}}
        """);
    String pods = "/api/v1/namespaces/held/pods";
    String spec = "'spec':{%s'containers':[{'name':'c','image':'i'}]}";
    HttpResponse<String> plain = post(pods, "{'metadata':{'name':'p'}," + spec.formatted("") + "}");
    assertThat(plain.statusCode()).isEqualTo(201);
    assertThat(note(plain, "enforce-policy")).isEqualTo("baseline:latest");
    assertThat(note(plain, "audit-violations"))
        .startsWith(
            "would violate PodSecurity \"restricted:v1.30\": allowPrivilegeEscalation != false"
                + " (container \"c\" must set securityContext.allowPrivilegeEscalation=false)");

    HttpResponse<String> refused =
        post(pods, "{'metadata':{'name':'h'}," + spec.formatted("'hostNetwork':true,") + "}");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(note(refused, "enforce-policy")).isEqualTo("baseline:latest");
    assertThat(note(refused, "audit-violations")).contains("host namespaces (hostNetwork=true)");

    HttpResponse<String> maker =
        post(
            "/apis/apps/v1/namespaces/held/deployments",
            "{'metadata':{'name':'d'},'spec':{'selector':{'matchLabels':{'a':'b'}},"
                + "'template':{'metadata':{'labels':{'a':'b'}},"
                + spec.formatted("")
                + "}}}");
    assertThat(maker.statusCode()).isEqualTo(201);
    assertThat(note(maker, "enforce-policy")).isEmpty();
    assertThat(note(maker, "audit-violations")).startsWith("would violate PodSecurity");

    HttpResponse<String> free =
        post(
            "/api/v1/namespaces/default/pods",
            "{'metadata':{'name':'p'}," + spec.formatted("") + "}");
    assertThat(note(free, "enforce-policy")).isEqualTo("privileged:latest");
    assertThat(note(free, "audit-violations")).isEmpty();
  }

  private static String note(HttpResponse<?> response, String key) {
    return events(response, 1)
        .getFirst()
        .path("annotations")
        .path("pod-security.kubernetes.io/" + key)
        .asText("");
  }

  @Test
  void bodiesStandThereAsThePolicySays() {
    HttpResponse<String> made = post(MAPS, "{'metadata':{'name':'m'},'data':{'a':'b'}}");
    assertThat(made.statusCode()).isEqualTo(201);

    ObjectNode event = events(made, 1).getFirst();
    assertThat(event.path("kind").asText()).isEqualTo("Event");
    assertThat(event.path("apiVersion").asText()).isEqualTo("audit.k8s.io/v1");
    assertThat(event.path("level").asText()).isEqualTo("RequestResponse");
    assertThat(event.path("stage").asText()).isEqualTo("ResponseComplete");
    assertThat(event.path("requestURI").asText()).isEqualTo(MAPS);
    assertThat(event.path("verb").asText()).isEqualTo("create");
    assertThat(event.at("/user/username").asText()).isEqualTo("admin");
    assertThat(event.at("/user/groups").toString()).contains("system:masters");
    assertThat(event.path("sourceIPs").toString()).isEqualTo("[\"127.0.0.1\"]");
    assertThat(event.path("userAgent").asText()).startsWith("Java-http-client");
    assertThat(event.path("objectRef").toString())
        .isEqualTo(
            "{\"resource\":\"configmaps\",\"namespace\":\"default\",\"apiVersion\":\"v1\","
                + "\"name\":\"m\"}");
    assertThat(event.at("/responseStatus/code").asInt()).isEqualTo(201);
    assertThat(event.at("/requestObject/data/a").asText()).isEqualTo("b");
    assertThat(event.at("/responseObject/metadata/uid").asText()).isNotEmpty();
    assertThat(event.at("/responseObject/metadata").has("managedFields")).isFalse();
    assertThat(made.body()).contains("managedFields");
    assertThat(event.at("/annotations/authorization.k8s.io~1decision").asText()).isEqualTo("allow");
    assertThat(event.path("requestReceivedTimestamp").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z")
        .isLessThanOrEqualTo(event.path("stageTimestamp").asText());

    HttpResponse<String> list = server.get(MAPS);
    assertThat(events(list, 1).getFirst().at("/responseObject/items").size()).isPositive();
  }

  @Test
  void whatIsAnsweredInProtobufIsWrittenDownAsJson() {
    post(MAPS, "{'metadata':{'name':'binary'},'data':{'a':'b'}}");
    String protobuf = Protobuf.MEDIA_TYPE;

    ObjectNode one = events(server.get(MAPS + "/binary", "Accept", protobuf), 1).getFirst();
    ObjectNode all = events(server.get(MAPS, "Accept", protobuf), 1).getFirst();
    assertThat(one.at("/responseObject/data/a").asText()).isEqualTo("b");
    assertThat(all.at("/responseObject/items").size()).isPositive();
    ObjectNode none = events(server.get(MAPS + "/none", "Accept", protobuf), 1).getFirst();
    assertThat(none.at("/responseStatus/reason").asText()).isEqualTo("NotFound");
  }

  @Test
  void theOptionsOfADeletionStandThereInWhateverFormatTheyCame() {
    String json = "{\"gracePeriodSeconds\":7,\"propagationPolicy\":\"Orphan\"}";
    ObjectNode inJson = deleted("application/json", json.getBytes(StandardCharsets.UTF_8));
    assertThat(inJson.at("/requestObject/gracePeriodSeconds").asInt()).isEqualTo(7);

    Meta.DeleteOptions options =
        Meta.DeleteOptions.newBuilder()
            .setGracePeriodSeconds(7)
            .setPropagationPolicy("Orphan")
            .build();
    ObjectNode inProtobuf =
        deleted(Protobuf.MEDIA_TYPE, Protobuf.wrapped("v1", "DeleteOptions", options));
    assertThat(inProtobuf.path("requestObject").toString())
        .isEqualTo(
            "{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\",\"gracePeriodSeconds\":7,"
                + "\"propagationPolicy\":\"Orphan\"}");
  }

  /** The event of a deletion with such a body. */
  private static ObjectNode deleted(String contentType, byte[] body) {
    post(MAPS, "{'metadata':{'name':'goes'}}");
    HttpResponse<String> gone =
        server.send(
            server
                .request(MAPS + "/goes")
                .header("Content-Type", contentType)
                .method("DELETE", BodyPublishers.ofByteArray(body)));
    assertThat(gone.statusCode()).as(gone.body()).isEqualTo(200);
    return events(gone, 1).getFirst();
  }

  @Test
  void ofSecretsNothingButThatTheyWereAskedFor() {
    HttpResponse<String> made =
        post(SECRETS, "{'metadata':{'name':'s'},'stringData':{'a':'hush-hush'}}");
    assertThat(made.statusCode()).isEqualTo(201);

    List<ObjectNode> events = events(made, 2);
    assertThat(events)
        .extracting(event -> event.path("stage").asText())
        .containsExactly("RequestReceived", "ResponseComplete");
    assertThat(events.getLast().at("/objectRef/name").asText()).isEqualTo("s");
    events(server.get(SECRETS + "/s"), 2);
    assertThat(lines()).noneMatch(line -> line.contains("hush"));
    assertThat(lines()).noneMatch(line -> line.contains("aHVzaC1odXNo")); // in base64
  }

  @Test
  void aRefusalHasItsReason() throws Exception {
    HttpClient eve = server.client(server.certificates().identity("O=people,CN=eve"));
    HttpResponse<String> refused =
        eve.send(
            server.request(MAPS + "/m").header("Audit-ID", "chosen-by-the-client").build(),
            BodyHandlers.ofString());
    eve.shutdownNow();

    assertThat(refused.headers().allValues("Audit-Id")).containsExactly("chosen-by-the-client");
    ObjectNode event = events(refused, 1).getFirst();
    assertThat(event.at("/annotations/authorization.k8s.io~1decision").asText())
        .isEqualTo("forbid");
    assertThat(event.at("/responseStatus/code").asInt()).isEqualTo(403);
    assertThat(event.at("/responseStatus/reason").asText()).isEqualTo("Forbidden");
  }

  @Test
  void whoActsAsAnotherStandsThereWithBoth() {
    HttpResponse<String> asked = server.get("/version", "Impersonate-User", "olga");

    ObjectNode event = events(asked, 1).getFirst();
    assertThat(event.at("/user/username").asText()).isEqualTo("admin");
    assertThat(event.at("/impersonatedUser/username").asText()).isEqualTo("olga");
  }

  @Test
  void aWatchIsSaidTwice() throws Exception {
    var watch =
        server
            .admin()
            .send(server.request(MAPS + "?watch=1").GET().build(), BodyHandlers.ofInputStream());
    assertThat(events(watch, 1).getFirst().path("stage").asText()).isEqualTo("ResponseStarted");

    watch.body().close();
    ObjectNode end = events(watch, 2).getLast();
    assertThat(end.path("stage").asText()).isEqualTo("ResponseComplete");
    assertThat(end.has("responseObject")).isFalse();
  }

  @Test
  void whatThePolicyPassesOverIsNotThere() {
    String id = server.get("/api/v1/namespaces").headers().firstValue("Audit-Id").orElseThrow();
    events(server.get(SECRETS), 2); // which came after it
    assertThat(lines()).noneMatch(line -> line.contains(id));
  }
}
