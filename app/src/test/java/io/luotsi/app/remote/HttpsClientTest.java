package io.luotsi.app.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.app.certificates.ClusterCertificates;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.ApiClientContract;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpsClientTest extends ApiClientContract {
  private static final GroupVersionResource SERVICES = GroupVersionResource.of("v1", "services");

  @TempDir private Path folder;
  private TestServer server;
  private HttpsClient admin;
  private HttpsClient node;

  @BeforeEach
  void start() {
    ClusterCertificates certificates = TestServer.certificates(folder);
    server = TestServer.start(api, certificates, 0);
    List<String> servers = List.of(server.address());
    admin = TestServer.client(servers, certificates, certificates.admin());
    node = TestServer.client(servers, certificates, certificates.node());
    // A busy machine's first handshakes take longer than a request waits for a server.
    waitUntil(() -> await(admin.list(CONFIG_MAPS, Selection.EVERYTHING)).isDone());
    waitUntil(() -> await(node.list(SERVICES, Selection.EVERYTHING)).isDone());
  }

  @AfterEach
  void stop() {
    admin.close();
    node.close();
    server.close();
  }

  @Override
  protected ApiClient admin() {
    return admin;
  }

  @Override
  protected ApiClient node() {
    return node;
  }

  /** Servers allow a connection 250 streams; the client must not ask for more. */
  @Test
  void moreRequestsThanAConnectionCarriesWaitTheirTurn() {
    int many = 1_000;
    List<CompletableFuture<Outcome<StoredObject>>> asked =
        IntStream.range(0, many)
            .mapToObj(i -> admin.create(CONFIG_MAPS, "default", configMap("c" + i, "1")))
            .map(stage -> stage.toCompletableFuture())
            .toList();

    asked.forEach(request -> assertThat(await(request).isDone()).isTrue());

    assertThat(api.store().snapshot(CONFIG_MAPS.groupResource()).objects()).hasSize(many);
  }

  @Test
  void theFieldManagerAndUnknownFieldsAreAsInProcess() {
    StoredObject made =
        done(admin.create(CONFIG_MAPS, "default", json("{'metadata':{'name':'a'},'color':'x'}")));

    assertThat(new String(made.json(), java.nio.charset.StandardCharsets.UTF_8))
        .doesNotContain("color");
  }
}
