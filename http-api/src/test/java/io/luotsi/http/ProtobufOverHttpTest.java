package io.luotsi.http;

import static io.luotsi.http.Protobuf.BOATS;
import static io.luotsi.http.Protobuf.MEDIA_TYPE;
import static io.luotsi.http.Protobuf.PARTIAL;
import static io.luotsi.http.Protobuf.unwrapped;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.kubernetes.client.ProtoClient;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Apps;
import io.kubernetes.client.proto.V2Apidiscovery;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.luotsi.core.api.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients see that ask for protobuf, byte for byte. */
@Timeout(30)
class ProtobufOverHttpTest {
  private static final String PARTIAL_LIST = ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
  private static final String JSON = "application/json";
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";

  /** More than is kept of a list while it is measured. */
  private static final int MANY = 30;

  private static final int LONG = 60_000;

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = Protobuf.serverWithBoats();
    post(
        MAPS,
        "{\"metadata\":{\"name\":\"a\",\"labels\":{\"l\":\"v\"}},\"data\":{\"k\":\"\\u00e9\"}}");
    post(MAPS, "{\"metadata\":{\"name\":\"b\"},\"binaryData\":{\"k\":\"AAH/\"}}");
    post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"many\"}}");
    for (int i = 0; i < MANY; i++) {
      String text = Integer.toString(i % 10).repeat(LONG);
      post(
          "/api/v1/namespaces/many/configmaps",
          "{\"metadata\":{\"name\":\"n" + (10 + i) + "\"},\"data\":{\"k\":\"" + text + "\"}}");
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> post(String path, String body) {
    return server.create(path, JSON, body);
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Json.readObject(response.body().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static HttpResponse<byte[]> get(String path, String accept, String... more) {
    HttpRequest.Builder request = server.request(path).header("Accept", accept).GET();
    return send(more.length == 0 ? request : request.headers(more));
  }

  private static HttpResponse<byte[]> send(HttpRequest.Builder request) {
    return server.admin().sendAsync(request.build(), BodyHandlers.ofByteArray()).join();
  }

  /** The message in an answer of that code, kind and media type. */
  private static ByteString message(
      HttpResponse<byte[]> response, int code, String apiVersion, String kind) throws IOException {
    assertThat(response.statusCode()).isEqualTo(code);
    assertThat(response.headers().firstValue("Content-Type")).hasValue(MEDIA_TYPE);
    Runtime.Unknown unknown = unwrapped(response.body());
    assertThat(unknown.getTypeMeta().getApiVersion()).isEqualTo(apiVersion);
    assertThat(unknown.getTypeMeta().getKind()).isEqualTo(kind);
    return unknown.getRaw();
  }

  private static void isStatus(HttpResponse<byte[]> response, int code, String reason)
      throws IOException {
    Meta.Status status = Meta.Status.parseFrom(message(response, code, "v1", "Status"));
    assertThat(status.getCode()).isEqualTo(code);
    assertThat(status.getReason()).isEqualTo(reason);
  }

  @Test
  void anObjectIsWhatItIsInJson() throws IOException {
    V1.ConfigMap a =
        V1.ConfigMap.parseFrom(message(get(MAPS + "/a", MEDIA_TYPE), 200, "v1", "ConfigMap"));
    V1.ConfigMap b =
        V1.ConfigMap.parseFrom(
            message(get(MAPS + "/b", MEDIA_TYPE + "," + JSON), 200, "v1", "ConfigMap"));
    JsonNode inJson = json(server.get(MAPS + "/a"));

    assertThat(a.getDataMap()).containsEntry("k", "é");
    assertThat(a.getMetadata().getLabelsMap()).containsEntry("l", "v");
    assertThat(a.getMetadata().getUid()).isEqualTo(inJson.at("/metadata/uid").asText());
    assertThat(new String(a.getMetadata().getManagedFields(0).getFieldsV1().getRaw().toByteArray()))
        .isEqualTo(inJson.at("/metadata/managedFields/0/fieldsV1").toString());
    assertThat(b.getBinaryDataMap().get("k").toByteArray()).containsExactly(0, 1, -1);
  }

  @Test
  void aListHasItsItemsInOrderAndItsVersion() throws IOException {
    JsonNode inJson = json(server.get(MAPS + "?limit=1"));
    V1.ConfigMapList list =
        V1.ConfigMapList.parseFrom(
            message(get(MAPS + "?limit=1", MEDIA_TYPE), 200, "v1", "ConfigMapList"));

    assertThat(list.getItemsList())
        .extracting(item -> item.getMetadata().getName())
        .containsExactly("a");
    assertThat(list.getMetadata().getResourceVersion())
        .isEqualTo(inJson.at("/metadata/resourceVersion").asText());
    assertThat(list.getMetadata().getContinue()).isNotEmpty();
    assertThat(list.getMetadata().getRemainingItemCount())
        .isEqualTo(inJson.at("/metadata/remainingItemCount").asLong());
    message(get("/apis/apps/v1/deployments", MEDIA_TYPE), 200, "apps/v1", "DeploymentList");
  }

  @Test
  void aLongListIsStreamedWholeAndCompressedForWhomAsks() throws IOException {
    String path = "/api/v1/namespaces/many/configmaps";
    HttpResponse<byte[]> plain = get(path, MEDIA_TYPE);
    HttpResponse<byte[]> zipped = get(path, MEDIA_TYPE, "Accept-Encoding", "gzip");

    V1.ConfigMapList list = V1.ConfigMapList.parseFrom(message(plain, 200, "v1", "ConfigMapList"));
    assertThat(list.getItemsList())
        .extracting(item -> item.getMetadata().getName())
        .containsExactlyElementsOf(
            IntStream.range(10, 10 + MANY).mapToObj(i -> "n" + i).collect(Collectors.toList()));
    assertThat(list.getItems(MANY - 1).getDataMap().get("k")).isEqualTo("9".repeat(LONG));
    assertThat(zipped.headers().firstValue("Content-Encoding")).hasValue("gzip");
    assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes())
        .isEqualTo(plain.body());
  }

  @Test
  void writesAreAnsweredInProtobufToo() throws IOException {
    V1.ConfigMap created =
        V1.ConfigMap.parseFrom(
            message(write("POST", MAPS, JSON, named("w")), 201, "v1", "ConfigMap"));
    V1.ConfigMap patched =
        V1.ConfigMap.parseFrom(
            message(
                write(
                    "PATCH",
                    MAPS + "/w",
                    "application/merge-patch+json",
                    "{\"data\":{\"x\":\"y\"}}"),
                200,
                "v1",
                "ConfigMap"));
    Meta.Status deleted =
        Meta.Status.parseFrom(message(write("DELETE", MAPS + "/w", JSON, ""), 200, "v1", "Status"));

    assertThat(created.getMetadata().getName()).isEqualTo("w");
    assertThat(patched.getDataMap()).containsEntry("x", "y");
    assertThat(deleted.getStatus()).isEqualTo("Success");
    assertThat(deleted.getDetails().getUid()).isEqualTo(created.getMetadata().getUid());
  }

  private static HttpResponse<byte[]> write(
      String method, String path, String contentType, String body) {
    return send(
        server
            .request(path)
            .headers("Accept", MEDIA_TYPE, "Content-Type", contentType)
            .method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  private static String named(String name) {
    return "{\"metadata\":{\"name\":\"" + name + "\"}}";
  }

  @Test
  void aSubresourceOfAnotherKindIsOne() throws IOException {
    String deployment =
        """
        {"metadata":{"name":"d"},"spec":{"replicas":3,"selector":{"matchLabels":{"a":"b"}},
         "template":{"metadata":{"labels":{"a":"b"}},
           "spec":{"containers":[{"name":"c","image":"i"}]}}}}
        """;
    String deployments = "/apis/apps/v1/namespaces/default/deployments";
    V1Apps.Deployment created =
        V1Apps.Deployment.parseFrom(
            message(write("POST", deployments, JSON, deployment), 201, "apps/v1", "Deployment"));

    assertThat(created.getSpec().getTemplate().getSpec().getContainers(0).getImage())
        .isEqualTo("i");
    assertThat(created.getSpec().getStrategy().getRollingUpdate().getMaxSurge().getStrVal())
        .isEqualTo("25%");
    message(get(deployments + "/d/scale", MEDIA_TYPE), 200, "autoscaling/v1", "Scale");
  }

  @Test
  void refusalsAreToldInTheFormatThatWasAskedFor() throws IOException {
    isStatus(get(MAPS + "/none", MEDIA_TYPE), 404, "NotFound");
    isStatus(write("POST", MAPS, JSON, named("a")), 409, "AlreadyExists");
    isStatus(
        get(MAPS + "?watch=1&resourceVersion=x", MEDIA_TYPE + ";stream=watch"), 400, "BadRequest");
    isStatus(get(MAPS, MEDIA_TYPE, "Impersonate-User", "nobody"), 403, "Forbidden");
    HttpResponse<byte[]> table = get(MAPS, MEDIA_TYPE + ";as=Table;g=meta.k8s.io;v=v1");
    assertThat(table.statusCode()).isEqualTo(406);
    assertThat(table.headers().firstValue("Content-Type")).hasValue(JSON);
  }

  @Test
  void tablesAreJsonForWhomWouldTakeThatToo() {
    HttpResponse<byte[]> table =
        get(
            MAPS,
            MEDIA_TYPE + ";as=Table;g=meta.k8s.io;v=v1," + JSON + ";as=Table;g=meta.k8s.io;v=v1");

    assertThat(table.statusCode()).isEqualTo(200);
    assertThat(Json.readObject(table.body()).path("kind").asText()).isEqualTo("Table");
  }

  @Test
  void metadataIsInProtobufOfBuiltInAndOfCustomKinds() throws IOException {
    for (String path : List.of(MAPS + "/a", BOATS + "/b")) {
      Meta.PartialObjectMetadata partial =
          Meta.PartialObjectMetadata.parseFrom(
              message(
                  get(path, MEDIA_TYPE + PARTIAL), 200, "meta.k8s.io/v1", "PartialObjectMetadata"));
      assertThat(partial.getMetadata().getLabelsMap()).containsEntry("l", "v");
    }
    Meta.PartialObjectMetadataList list =
        Meta.PartialObjectMetadataList.parseFrom(
            message(
                get(BOATS, MEDIA_TYPE + PARTIAL_LIST),
                200,
                "meta.k8s.io/v1",
                "PartialObjectMetadataList"));
    assertThat(list.getItems(0).getMetadata().getName()).isEqualTo("b");
    assertThat(list.getMetadata().getResourceVersion()).isNotEmpty();
  }

  @Test
  void objectsOfCustomKindsHaveNoMessages() throws IOException {
    isStatus(get(BOATS + "/b", MEDIA_TYPE), 406, "NotAcceptable");
    isStatus(get(BOATS, MEDIA_TYPE), 406, "NotAcceptable");
    isStatus(get(BOATS + "?watch=1", MEDIA_TYPE), 406, "NotAcceptable");
    isStatus(write("POST", BOATS, JSON, named("c")), 406, "NotAcceptable");
    HttpResponse<byte[]> either = get(BOATS + "/b", MEDIA_TYPE + "," + JSON);
    assertThat(either.statusCode()).isEqualTo(200);
    assertThat(Json.readObject(either.body()).at("/spec/sails").asInt()).isEqualTo(2);
  }

  @Test
  void discoveryIsThereInProtobuf() throws IOException {
    Meta.APIResourceList apps =
        Meta.APIResourceList.parseFrom(
            message(get("/apis/apps/v1", MEDIA_TYPE), 200, "v1", "APIResourceList"));
    Meta.APIGroupList groups =
        Meta.APIGroupList.parseFrom(message(get("/apis", MEDIA_TYPE), 200, "v1", "APIGroupList"));
    String whole = ";g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    HttpResponse<byte[]> aggregated = get("/apis", MEDIA_TYPE + whole);
    V2Apidiscovery.APIGroupDiscoveryList all =
        V2Apidiscovery.APIGroupDiscoveryList.parseFrom(unwrapped(aggregated.body()).getRaw());

    Meta.APIResource deployments =
        apps.getResourcesList().stream()
            .filter(resource -> resource.getName().equals("deployments"))
            .findFirst()
            .orElseThrow();
    assertThat(deployments.getVerbs().getItemsList()).contains("create", "watch");
    assertThat(deployments.getNamespaced()).isTrue();
    assertThat(groups.getGroupsList()).extracting(Meta.APIGroup::getName).contains("apps");
    assertThat(aggregated.headers().firstValue("Content-Type").orElse("").split("; ?"))
        .containsExactlyInAnyOrder((MEDIA_TYPE + whole).split(";"));
    assertThat(all.getItemsList())
        .extracting(group -> group.getMetadata().getName())
        .contains("apps", "example.com");
    assertThat(get("/openapi/v2", MEDIA_TYPE).statusCode()).isEqualTo(406);
    assertThat(get("/version", MEDIA_TYPE).headers().firstValue("Content-Type")).hasValue(JSON);
  }

  @Test
  void theOfficialClientsProtobufClientReadsAndWrites() throws Exception {
    TestCertificates.Identity admin = server.certificates().identity("O=system:masters,CN=java");
    var client =
        ClientBuilder.kubeconfig(
                KubeConfig.loadKubeConfig(new StringReader(Kubeconfigs.text(server, admin))))
            .build();
    ProtoClient protobuf = new ProtoClient(client);
    V1.ConfigMap map =
        V1.ConfigMap.newBuilder()
            .setMetadata(Meta.ObjectMeta.newBuilder().setName("official"))
            .putData("k", "v")
            .build();

    var created = protobuf.create(map, MAPS, "v1", "ConfigMap");
    var read = protobuf.<V1.ConfigMap>get(V1.ConfigMap.newBuilder(), MAPS + "/official");
    var list = protobuf.<V1.ConfigMapList>list(V1.ConfigMapList.newBuilder(), MAPS);
    var missing = protobuf.<V1.ConfigMap>get(V1.ConfigMap.newBuilder(), MAPS + "/nowhere");

    assertThat(created.object.getMetadata().getUid()).isNotEmpty();
    assertThat(read.object).isEqualTo(created.object);
    assertThat(list.object.getItemsList()).contains(read.object);
    assertThat(missing.object).isNull();
    assertThat(missing.status.getReason()).isEqualTo("NotFound");
    client.getHttpClient().dispatcher().executorService().shutdownNow();
    client.getHttpClient().connectionPool().evictAll();
  }
}
