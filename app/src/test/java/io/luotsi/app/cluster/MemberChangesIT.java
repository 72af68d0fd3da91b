package io.luotsi.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.app.certificates.Tls;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.OwnFiles;
import io.luotsi.history.client.Endpoint;
import io.luotsi.history.client.Endpoint.Answer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members join, are lost, come back and leave, as people have them do it, while a client writes.
 */
@Tag("long")
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class MemberChangesIT {
  private static final String PATH = "/api/v1/namespaces/default/configmaps";
  private static final int WRITES_A_STAGE = 30;

  @TempDir Path temporary;

  /** One client of the port that all share; what it was told is kept by name. */
  private static final class Writer implements AutoCloseable {
    private final Endpoint api;
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final Semaphore told = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopped;

    Writer(PackagedCluster cluster) {
      DataDirectory directory = DataDirectory.at(cluster.data());
      ClusterIdentity identity = directory.identity().orElseThrow();
      api =
          new Endpoint(
              "shared",
              URI.create("https://" + identity.apiAddress()),
              Tls.admin(directory.pki()),
              Duration.ofSeconds(15));
      thread = Thread.ofVirtual().start(this::write);
    }

    private void write() {
      for (int i = 0; !stopped; i++) {
        String name = "w-" + i;
        if (api.send("POST", PATH, Witness.configMap(name)).join() instanceof Answer.Success done) {
          acknowledged.put(name, uidAndVersion(done.body()));
          told.release();
        }
      }
    }

    void more() throws InterruptedException {
      told.drainPermits();
      assertThat(told.tryAcquire(WRITES_A_STAGE, 60, TimeUnit.SECONDS)).as("it writes").isTrue();
    }

    Map<String, String> end() throws InterruptedException {
      stopped = true;
      thread.join();
      return new TreeMap<>(acknowledged);
    }

    @Override
    public void close() {
      stopped = true;
      api.close();
    }
  }

  private static String uidAndVersion(JsonNode object) {
    return object.at("/metadata/uid").asText()
        + "@"
        + object.at("/metadata/resourceVersion").asText();
  }

  /** By the word of the leader, in the order of the seats. */
  private static Map<String, String> parts(PackagedCluster cluster) throws Exception {
    Map<String, String> parts = new TreeMap<>();
    cluster
        .status()
        .path("members")
        .forEach(member -> parts.put(member.path("name").asText(), member.path("part").asText()));
    return parts;
  }

  @Test
  void aClusterGrowsLosesAMembersDiskAndShrinksWhileSomebodyWrites() throws Exception {
    try (PackagedCluster cluster = new PackagedCluster(temporary.resolve("data"))) {
      cluster.must("up", "-d", "--port", "0");
      try (Writer writer = new Writer(cluster)) {
        writer.more();
        assertThat(cluster.must("member", "add").output()).contains("node-2 listens");
        assertThat(parts(cluster)).isEqualTo(Map.of("node-1", "votes", "node-2", "listens"));
        writer.more();
        assertThat(cluster.must("member", "add", "west").output()).contains("west votes, one of 3");
        assertThat(parts(cluster))
            .isEqualTo(Map.of("node-1", "votes", "node-2", "votes", "west", "votes"));
        writer.more();

        cluster.must("kill", "node-1"); // the founder, which led
        OwnFiles.deleteTree(cluster.data().resolve("members/node-1/raft"));
        writer.more();
        assertThat(cluster.run("start", "node-1"))
            .satisfies(
                result -> {
                  assertThat(result.exitCode()).isEqualTo(1);
                  assertThat(result.error()).contains("luotsi member replace node-1");
                });
        assertThat(cluster.must("member", "replace", "node-1").output())
            .contains("node-1 votes, one of 3");
        assertRefused(cluster.run("member", "replace", "node-1"), "node-1 has its data in ");
        assertRefused(cluster.run("member", "add", "west"), "there is a member west already");
        writer.more();

        cluster.must("kill", "node-2");
        cluster.must("member", "remove", "node-2");
        assertThat(parts(cluster)).isEqualTo(Map.of("node-1", "votes", "west", "votes"));
        writer.more();

        Map<String, String> acknowledged = writer.end();
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(6 * WRITES_A_STAGE);
        try (Members members = new Members(cluster)) {
          assertThat(members.names()).containsExactly("node-1", "west");
          for (String name : members.names()) {
            assertThat(objects(members.at(name))).as(name).containsAllEntriesOf(acknowledged);
          }
          assertThat(Nodes.ready(members.at("west"))).containsExactlyInAnyOrder("node-1", "west");
        }
      }
      cluster.must("down");
      cluster.assertNothingLeft();
    }
  }

  private static void assertRefused(PackagedCluster.Result result, String why) {
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.errorLines()).hasSize(1);
    assertThat(result.error()).contains(why);
  }

  private static Map<String, String> objects(Endpoint api) {
    Map<String, String> objects = new HashMap<>();
    Answer.Success list = (Answer.Success) api.get(PATH);
    list.body()
        .path("items")
        .forEach(item -> objects.put(item.at("/metadata/name").asText(), uidAndVersion(item)));
    return objects;
  }

  @Test
  void aWorkerJoinsAndLeaves() throws Exception {
    try (PackagedCluster cluster = new PackagedCluster(temporary.resolve("data"))) {
      cluster.must("up", "-d", "--port", "0");
      assertThat(cluster.must("member", "add", "--role", "worker").output())
          .contains("node worker-1 is ready");
      for (List<String> wrong :
          List.of(List.of("--role", "king"), List.of("hollow-1"), List.of("Big"))) {
        List<String> command = new java.util.ArrayList<>(List.of("member", "add"));
        command.addAll(wrong);
        PackagedCluster.Result result = cluster.run(command.toArray(String[]::new));
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.errorLines()).hasSize(1);
      }
      assertRefused(cluster.run("member", "replace", "worker-1"), "worker-1 is a worker");
      assertThat(parts(cluster)).isEqualTo(Map.of("node-1", "votes", "worker-1", "none"));
      cluster.must("member", "remove", "worker-1");
      assertThat(parts(cluster)).isEqualTo(Map.of("node-1", "votes"));
      assertRefused(cluster.run("member", "remove", "node-1"), "node-1 is the only member");
    }
  }
}
