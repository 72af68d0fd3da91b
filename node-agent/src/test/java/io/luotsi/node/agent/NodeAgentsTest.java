package io.luotsi.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.SerializationTestKit;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agents of real and hollow nodes in a cluster of one, on an API server in memory. */
class NodeAgentsTest {
  private static final GroupVersionResource NODES = GroupVersionResource.of("v1", "nodes");
  private static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  private static final GroupVersionResource LEASES =
      GroupVersionResource.of("coordination.k8s.io/v1", "leases");
  private static final Config ONE_MEMBER =
      ConfigFactory.parseString(
              """
              pekko.actor.provider = cluster
              pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
              pekko.cluster.roles = ["node-real", "hollow-nodes"]
              pekko.cluster.jmx.multi-mbeans-in-same-jvm = on
              pekko.cluster.sharding.distributed-data.durable.keys = []
              pekko.coordinated-shutdown.exit-jvm = off
              """)
          .withFallback(ConfigFactory.load());

  private final ActorTestKit actors = ActorTestKit.create("nodes", ONE_MEMBER);
  private final ApiClient api = TestApi.create(Clock.systemUTC()).client();

  @BeforeEach
  void join() {
    Cluster cluster = Cluster.get(actors.system());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
  }

  @AfterEach
  void stop() {
    actors.shutdownTestKit();
  }

  private static JsonNode done(java.util.concurrent.CompletionStage<Outcome<StoredObject>> stage) {
    return Json.readObject(stage.toCompletableFuture().join().orElseThrow().json());
  }

  private Optional<JsonNode> get(GroupVersionResource resource, ObjectKey key) {
    return switch (api.get(resource, key).toCompletableFuture().join()) {
      case Outcome.Done<StoredObject>(StoredObject object) ->
          Optional.of(Json.readObject(object.json()));
      case Outcome.Rejected<StoredObject> none -> Optional.empty();
    };
  }

  private JsonNode await(
      GroupVersionResource resource, ObjectKey key, Predicate<JsonNode> condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (true) {
      Optional<JsonNode> found = get(resource, key);
      if (found.filter(condition).isPresent()) {
        return found.get();
      }
      assertThat(System.nanoTime()).as("deadline; last seen %s", found).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private NodeAgents.Home home() throws Exception {
    NodeFacts facts =
        NodeFacts.ofHost(
            "real", "127.0.0.1", "127.9.0.0/24", "luotsi-process://0.1.0", Map.of("zone", "a"));
    return new NodeAgents.Home(facts, api, Clock.systemUTC(), () -> NodePressure.NONE);
  }

  @Test
  void realNodeIsRegisteredReadyAndHasALease() throws Exception {
    try (NodeAgents agents = NodeAgents.start(actors.system(), home())) {
      JsonNode node = await(NODES, ObjectKey.of("real"), NodeObjects::isReady);
      assertThat(node.at("/status/nodeInfo/kubeletVersion").asText()).isEqualTo("v1.36.0-luotsi");
      assertThat(node.at("/status/nodeInfo/bootID").asText()).matches("[0-9a-f-]{36}");
      assertThat(node.at("/status/nodeInfo/kernelVersion").asText())
          .isEqualTo(System.getProperty("os.version"));
      assertThat(node.at("/status/capacity/pods").asText()).isEqualTo("110");
      assertThat(node.at("/status/addresses/0/address").asText()).isEqualTo("127.0.0.1");
      assertThat(node.at("/metadata/labels").path("kubernetes.io/hostname").asText())
          .isEqualTo("real");
      assertThat(node.at("/spec/podCIDR").asText()).isEqualTo("127.9.0.0/24");
      JsonNode lease = await(LEASES, ObjectKey.of("kube-node-lease", "real"), l -> true);
      assertThat(lease.at("/spec/holderIdentity").asText()).isEqualTo("real");
      assertThat(lease.at("/metadata/ownerReferences/0/uid")).isEqualTo(node.at("/metadata/uid"));
      assertThat(agents).isNotNull();
    }
  }

  @Test
  void registrationKeepsWhatOthersWroteAndReadinessIsRestored() throws Exception {
    ObjectNode before = Json.object();
    before.putObject("metadata").put("name", "real").putObject("labels").put("team", "blue");
    before.putObject("spec").put("unschedulable", true);
    JsonNode made = done(api.create(NODES, "", before));
    try (NodeAgents agents = NodeAgents.start(actors.system(), home())) {
      JsonNode node = await(NODES, ObjectKey.of("real"), NodeObjects::isReady);
      assertThat(node.at("/metadata/uid")).isEqualTo(made.at("/metadata/uid"));
      assertThat(node.at("/metadata/labels/team").asText()).isEqualTo("blue");
      assertThat(node.at("/spec/unschedulable").asBoolean()).isTrue();

      ObjectNode dead = Json.object();
      dead.putObject("status")
          .putArray("conditions")
          .addObject()
          .put("type", "Ready")
          .put("status", "Unknown");
      done(api.patch(NODES, ObjectKey.of("real"), "status", PatchType.MERGE, dead));
      await(NODES, ObjectKey.of("real"), NodeObjects::isReady);
      assertThat(agents).isNotNull();
    }
  }

  @Test
  void hollowNodesRunWhatIsBoundToThem() throws Exception {
    ObjectNode pod =
        Json.readObject(
            """
            {"metadata": {"name": "p"}, "spec": {"nodeName": "hollow-7", "containers": [
              {"name": "main", "image": "nginx", "readinessProbe": {"tcpSocket": {"port": 80}}}]}}
            """
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    done(api.create(PODS, "default", pod));
    List<String> names = IntStream.range(0, 50).mapToObj(i -> "hollow-" + i).toList();
    try (HollowNodes hollow =
        HollowNodes.start(actors.system(), name -> api, api, Clock.systemUTC())) {
      hollow.wake(names);
      hollow.wake(names);
      for (String name : names) {
        await(NODES, ObjectKey.of(name), NodeObjects::isReady);
        await(LEASES, ObjectKey.of("kube-node-lease", name), l -> true);
      }
      ObjectKey key = ObjectKey.of("default", "p");
      JsonNode running = await(PODS, key, NodeObjects::isReady);
      assertThat(running.at("/status/phase").asText()).isEqualTo("Running");
      assertThat(running.at("/status/podIP").asText()).startsWith("10.");
      assertThat(running.at("/status/containerStatuses/0/ready").asBoolean()).isTrue();

      api.delete(PODS, key, DeleteOptions.DEFAULT).toCompletableFuture().join().orElseThrow();
      long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
      while (get(PODS, key).isPresent()) {
        assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
  }

  @Test
  void wakingCrossesJvms() {
    SerializationTestKit serialization = new SerializationTestKit(actors.system());
    serialization.verifySerialization(
        new NodeAgent.Wake("hollow-1", actors.<NodeAgent.Awake>createTestProbe().ref()), true);
    serialization.verifySerialization(new NodeAgent.Awake("hollow-1"), true);
  }
}
