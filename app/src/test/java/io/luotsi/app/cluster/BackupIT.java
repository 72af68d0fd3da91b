package io.luotsi.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luotsi.app.cluster.PackagedCluster.Result;
import io.luotsi.core.api.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster is saved while clients write, and another one goes on from there. */
class BackupIT {
  private static final String NAMESPACE = "default";
  private static final int LEAST = 40;

  @TempDir Path temporary;

  /** Creates objects one after the other, and knows which were acknowledged. */
  private static final class Writer implements AutoCloseable {
    private final KubernetesClient client;
    private final Map<String, String> uids = new ConcurrentSkipListMap<>();
    private final AtomicBoolean enough = new AtomicBoolean();
    private final CompletableFuture<Void> ended;

    Writer(KubernetesClient client) {
      this.client = client;
      this.ended = CompletableFuture.runAsync(this::write);
    }

    private void write() {
      for (int i = 0; !enough.get(); i++) {
        ConfigMap created = client.resource(configMap("w%05d".formatted(i))).create();
        synchronized (uids) {
          uids.put(created.getMetadata().getName(), created.getMetadata().getUid());
          uids.notifyAll();
        }
      }
    }

    /** What was acknowledged by now, when it is so many more than {@code before}. */
    Map<String, String> acknowledged(int before) throws InterruptedException {
      long deadline = System.nanoTime() + 60_000_000_000L;
      synchronized (uids) {
        while (uids.size() < before + LEAST && System.nanoTime() < deadline) {
          uids.wait(1_000);
        }
        assertThat(uids).hasSizeGreaterThanOrEqualTo(before + LEAST);
        return new TreeMap<>(uids);
      }
    }

    @Override
    public void close() {
      enough.set(true);
      ended.join();
    }
  }

  private static ConfigMap configMap(String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(NAMESPACE)
        .withName(name)
        .endMetadata()
        .addToData("value", name)
        .build();
  }

  private static Map<String, String> uids(KubernetesClient client) {
    Map<String, String> uids = new TreeMap<>();
    client
        .configMaps()
        .inNamespace(NAMESPACE)
        .list()
        .getItems()
        .forEach(found -> uids.put(found.getMetadata().getName(), found.getMetadata().getUid()));
    uids.keySet().removeIf(name -> !name.startsWith("w"));
    return uids;
  }

  private static long version(KubernetesClient client) {
    return Long.parseLong(
        client.configMaps().inNamespace(NAMESPACE).list().getMetadata().getResourceVersion());
  }

  @Test
  void whatIsSavedWhileClientsWriteIsWhereTheNewClusterGoesOn() throws Exception {
    Path file = temporary.resolve("backup");
    Map<String, String> before;
    Map<String, String> known;
    long oldVersion;
    JsonNode saved;
    try (PackagedCluster old = new PackagedCluster(temporary.resolve("old"))) {
      old.must("up", "-d", "--port", "0");
      try (KubernetesClient client = old.client();
          Writer writer = new Writer(client)) {
        before = writer.acknowledged(0);
        saved =
            Json.mapper()
                .readTree(old.must("backup", "save", file.toString(), "-o", "json").output());
        known = writer.acknowledged(writer.acknowledged(0).size());
      }
      try (KubernetesClient client = old.client()) {
        oldVersion = version(client);
        assertThat(uids(client)).containsAllEntriesOf(known);
      }
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      old.must("down");
    }

    Path fresh = temporary.resolve("new");
    refuseWhatIsNoBackup(file, fresh);
    Result restored =
        PackagedCluster.command(
            "backup",
            "restore",
            file.toString(),
            "--data",
            fresh.toString(),
            "--port",
            "0",
            "-o",
            "json");
    assertThat(restored.exitCode()).as(restored.toString()).isZero();
    JsonNode raised = configMaps(Json.mapper().readTree(restored.output()));
    assertThat(raised.path("objects")).isEqualTo(configMaps(saved).path("objects"));
    assertThat(raised.path("version").asLong())
        .isEqualTo(configMaps(saved).path("version").asLong() + 1_000_000);

    try (PackagedCluster again = new PackagedCluster(fresh)) {
      again.must("up", "-d", "--port", "0");
      try (KubernetesClient client = again.client()) {
        Map<String, String> found = uids(client);
        assertThat(found).containsAllEntriesOf(before);
        assertThat(known).containsAllEntriesOf(found);
        assertThat(found.size()).isLessThan(known.size());
        assertThat(client.raw(watch(oldVersion))).contains("\"code\":410");
        ConfigMap next = client.resource(configMap("x")).create();
        assertThat(Long.parseLong(next.getMetadata().getResourceVersion()))
            .isGreaterThan(raised.path("version").asLong());
      }
      Result twice =
          PackagedCluster.command("backup", "restore", file.toString(), "--data", fresh.toString());
      assertThat(twice.exitCode()).isEqualTo(2);
      assertThat(twice.error()).contains("holds a cluster already");
      again.must("down");
    }
  }

  private void refuseWhatIsNoBackup(Path file, Path fresh) throws Exception {
    byte[] whole = Files.readAllBytes(file);
    Path cut = temporary.resolve("cut");
    Files.write(cut, Arrays.copyOf(whole, whole.length - 100));
    Path foreign = Files.writeString(temporary.resolve("foreign"), "apiVersion: v1\n");
    for (Path wrong : new Path[] {cut, foreign, temporary.resolve("absent")}) {
      Result result =
          PackagedCluster.command(
              "backup", "restore", wrong.toString(), "--data", fresh.toString());
      assertThat(result.exitCode()).as(result.toString()).isEqualTo(2);
      assertThat(result.errorLines()).hasSize(1);
      assertThat(result.error()).startsWith("luotsi: ").contains(wrong.toString());
      assertThat(fresh).doesNotExist();
    }
  }

  private static JsonNode configMaps(JsonNode report) {
    for (JsonNode resource : report.path("resources")) {
      if (resource.path("resource").asText().equals("configmaps")) {
        return resource;
      }
    }
    throw new AssertionError("no configmaps in " + report);
  }

  private static String watch(long version) {
    return "/api/v1/namespaces/%s/configmaps?watch=1&timeoutSeconds=5&resourceVersion=%d"
        .formatted(NAMESPACE, version);
  }
}
