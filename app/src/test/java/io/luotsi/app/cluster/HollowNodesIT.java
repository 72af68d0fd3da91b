package io.luotsi.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.history.client.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Simulated nodes live on any member, and move when theirs dies. */
@Tag("long")
class HollowNodesIT {
  private static final int HOLLOW = 300;
  private static final Duration SOON = Duration.ofSeconds(120);

  /** As promised, and what busy cores may add. */
  private static final Duration READY_AGAIN_WITHIN =
      Duration.ofSeconds(15 + Long.getLong("luotsi.test.busy", 5));

  @TempDir Path temporary;

  @Test
  void allAreReadyAgainSoonAfterAMemberWasKilled() throws Exception {
    try (PackagedCluster cluster = new PackagedCluster(temporary.resolve("data"))) {
      cluster.must("up", "-d", "--jvms", "3", "--port", "0", "--hollow", Integer.toString(HOLLOW));
      try (Members members = new Members(cluster)) {
        members.awaitWhole();
        Endpoint before = members.at(members.leader().orElseThrow().name());
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(alive(before, Instant.EPOCH)).hasSize(HOLLOW));

        String lost = members.leader().orElseThrow().name();
        members.kill(lost);
        Instant killed = Instant.now();
        Endpoint after =
            members.at(
                members.names().stream().filter(n -> !n.equals(lost)).findFirst().orElseThrow());
        await()
            .atMost(READY_AGAIN_WITHIN)
            .untilAsserted(() -> assertThat(alive(after, killed)).hasSize(HOLLOW));
        System.out.println(
            HOLLOW
                + " hollow nodes Ready again after "
                + Duration.between(killed, Instant.now()).toMillis()
                + " ms");
        assertThat(Nodes.ready(after)).doesNotContain(lost).hasSize(HOLLOW + 2);
      }
      cluster.must("down");
      cluster.assertNothingLeft();
    }
  }

  /** Hollow nodes that are Ready and have renewed their lease since a moment. */
  private static Set<String> alive(Endpoint api, Instant since) {
    Set<String> renewed = new HashSet<>();
    String leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    for (JsonNode lease : Nodes.list(api, leases)) {
      String time = lease.at("/spec/renewTime").asText();
      if (!time.isEmpty() && Instant.parse(time).isAfter(since)) {
        renewed.add(lease.at("/metadata/name").asText());
      }
    }
    renewed.retainAll(Nodes.ready(api));
    renewed.removeIf(name -> name.startsWith("node-"));
    return renewed;
  }
}
