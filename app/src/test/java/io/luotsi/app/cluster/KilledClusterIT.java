package io.luotsi.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged thing as a process: the demo's workload runs, the JVM is killed under a stream of
 * writes, and the next one finds everything that was acknowledged and every pod that lives.
 */
class KilledClusterIT {
  private static final String NAMESPACE = "default";
  private static final int LEAST_ACKNOWLEDGED = 200;
  private static final int TRUE_EXIT_CODE = 7;
  private static final Duration SOON = Duration.ofSeconds(90);

  @TempDir Path temporary;

  @Test
  void nothingAcknowledgedIsLostAndNoHealthyPodIsRestarted() throws Exception {
    try (PackagedCluster cluster = new PackagedCluster(temporary.resolve("data"))) {
      cluster.must("up", "-d", "--port", "0");
      Path gate = makeGate();
      try (KubernetesClient client = cluster.client();
          Witness witness = new Witness(cluster, "killed")) {
        client
            .load(Files.newInputStream(PackagedCluster.LUOTSI.resolveSibling("examples/web.yaml")))
            .inNamespace(NAMESPACE)
            .create();
        client.pods().inNamespace(NAMESPACE).resource(waitingAt(gate)).create();
        await().atMost(SOON).until(() -> isWhole(client) && isRunning(client, "waits"));
        Map<String, Long> processes = processes(client);
        witness.awaitWrites(LEAST_ACKNOWLEDGED, SOON);
        kill(cluster.member());
        open(gate);

        cluster.must("up", "-d");
        witness.awaitWrites(LEAST_ACKNOWLEDGED, SOON);
        witness.judge(2 * LEAST_ACKNOWLEDGED, 1);
        await().atMost(SOON).until(() -> isWhole(client));
        assertThat(processes(client)).as("the pods' processes").isEqualTo(processes);
        assertThat(pods(client)).allSatisfy(KilledClusterIT::wasNeverRestarted);
        await().atMost(SOON).until(() -> phase(client, "waits").equals("Failed"));
        assertThat(exitCode(client, "waits")).isEqualTo(TRUE_EXIT_CODE);
      }
      cluster.must("down");
      cluster.assertNothingLeft();
    }
  }

  /** What a pod can wait at: opening it to read waits for somebody who opens it to write. */
  private Path makeGate() throws IOException, InterruptedException {
    Path gate = temporary.resolve("gate");
    assertThat(new ProcessBuilder("mkfifo", gate.toString()).start().waitFor()).isZero();
    return gate;
  }

  private static void open(Path gate) throws IOException {
    Files.write(gate, new byte[0]);
  }

  private static Pod waitingAt(Path gate) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("waits")
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("waits")
        .withImage("luotsi.io/host")
        .withCommand("/bin/sh", "-c", "read nothing < " + gate + "; exit " + TRUE_EXIT_CODE)
        .endContainer()
        .endSpec()
        .build();
  }

  private static void kill(ProcessHandle member) throws Exception {
    assertThat(member.destroyForcibly()).as("SIGKILL was sent").isTrue();
    member.onExit().get(SOON.toSeconds(), TimeUnit.SECONDS);
    assertThat(member.isAlive()).as("the member is dead").isFalse();
  }

  private static boolean isWhole(KubernetesClient client) {
    Deployment web = client.apps().deployments().inNamespace(NAMESPACE).withName("web").get();
    return web.getStatus() != null
        && Integer.valueOf(3).equals(web.getStatus().getReadyReplicas())
        && Integer.valueOf(3).equals(web.getStatus().getAvailableReplicas());
  }

  private static boolean isRunning(KubernetesClient client, String pod) {
    return phase(client, pod).equals("Running");
  }

  private static String phase(KubernetesClient client, String pod) {
    return client.pods().inNamespace(NAMESPACE).withName(pod).get().getStatus().getPhase();
  }

  private static int exitCode(KubernetesClient client, String pod) {
    return client
        .pods()
        .inNamespace(NAMESPACE)
        .withName(pod)
        .get()
        .getStatus()
        .getContainerStatuses()
        .getFirst()
        .getState()
        .getTerminated()
        .getExitCode();
  }

  private static List<Pod> pods(KubernetesClient client) {
    return client.pods().inNamespace(NAMESPACE).withLabel("app", "web").list().getItems();
  }

  private static void wasNeverRestarted(Pod pod) {
    assertThat(pod.getStatus().getContainerStatuses())
        .extracting(ContainerStatus::getRestartCount)
        .as("restarts of " + ((HasMetadata) pod).getMetadata().getName())
        .containsExactly(0);
  }

  /** The process of each of the web servers, by the pod's name. */
  private static Map<String, Long> processes(KubernetesClient client) throws IOException {
    Map<String, Long> processes = new HashMap<>();
    for (Pod pod : pods(client)) {
      processes.put(pod.getMetadata().getName(), PackagedCluster.pidOf(pod.getStatus().getPodIP()));
    }
    assertThat(processes).hasSize(3);
    return processes;
  }
}
