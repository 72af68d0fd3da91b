package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An unmodified client of the outside world. */
class Fabric8ClientTest {
  private static TestServer server;
  private static KubernetesClient client;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    TestCertificates.Identity admin = server.certificates().identity("O=system:masters,CN=fabric8");
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(server.url())
            .withCaCertData(base64(TestCertificates.pem(server.certificates().authority())))
            .withClientCertData(base64(TestCertificates.pem(admin.certificate())))
            .withClientKeyData(base64(TestCertificates.pem(admin.key())))
            .withClientKeyAlgo("EC")
            .withNamespace("fabric")
            .build();
    client = new KubernetesClientBuilder().withConfig(config).build();
    client
        .namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName("fabric").endMetadata().build())
        .create();
  }

  private static String base64(String pem) {
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  @Test
  void objectsAreCreatedEditedListedAndDeleted() {
    client.configMaps().resource(configMap("a", "1")).create();
    client
        .configMaps()
        .withName("a")
        .edit(map -> new ConfigMapBuilder(map).addToData("k2", "2").build());

    assertThat(client.configMaps().withName("a").get().getData())
        .containsExactlyInAnyOrderEntriesOf(Map.of("k", "1", "k2", "2"));
    assertThat(client.configMaps().withLabel("app", "a").list().getItems()).hasSize(1);
    assertThat(client.configMaps().withLabel("app", "b").list().getItems()).isEmpty();
    assertThatThrownBy(() -> client.configMaps().resource(configMap("a", "1")).create())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            e -> assertThat(e.getStatus().getReason()).isEqualTo("AlreadyExists"));
    assertThat(client.configMaps().withName("a").delete()).hasSize(1);
    assertThat(client.configMaps().withName("a").get()).isNull();
  }

  @Test
  void everyKindOfPatchDoesWhatItSays() {
    client.apps().deployments().resource(deployment()).create();
    var web = client.apps().deployments().withName("web");

    web.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"labels\":{\"m\":\"1\"}}}");
    web.patch(
        PatchContext.of(PatchType.JSON),
        "[{\"op\":\"add\",\"path\":\"/metadata/labels/j\",\"value\":\"1\"}]");
    Deployment patched =
        web.patch(
            PatchContext.of(PatchType.STRATEGIC_MERGE),
            "{\"spec\":{\"template\":{\"spec\":{\"containers\":"
                + "[{\"name\":\"c\",\"image\":\"i:2\"}]}}}}");
    assertThat(patched.getMetadata().getLabels()).containsKeys("m", "j");
    assertThat(patched.getSpec().getTemplate().getSpec().getContainers())
        .singleElement()
        .satisfies(container -> assertThat(container.getImage()).isEqualTo("i:2"));
    assertThat(web.scale(3).getSpec().getReplicas()).isEqualTo(3);
  }

  @Test
  void aWatcherHearsOfWhatHappens() throws InterruptedException {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    try (Watch watch =
        client
            .configMaps()
            .withLabel("app", "w")
            .watch(
                new Watcher<>() {
                  @Override
                  public void eventReceived(Action action, ConfigMap map) {
                    heard.add(action + " " + map.getMetadata().getName());
                  }

                  @Override
                  public void onClose(WatcherException cause) {
                    heard.add("closed " + cause);
                  }
                })) {
      assertThat(watch).isNotNull();
      client.configMaps().resource(configMap("w", "1")).create();
      client.configMaps().resource(configMap("other", "1")).create();
      client.configMaps().withName("w").delete();
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("ADDED w");
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("DELETED w");
    }
  }

  private static ConfigMap configMap(String name, String value) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("app", name)
        .endMetadata()
        .addToData("k", value)
        .build();
  }

  private static Deployment deployment() {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName("web")
        .addToLabels("app", "web")
        .endMetadata()
        .withNewSpec()
        .withReplicas(1)
        .withNewSelector()
        .addToMatchLabels("app", "web")
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", "web")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("c")
        .withImage("i:1")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }
}
