package io.luotsi.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.node.TestMembers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three hundred hollow nodes over several ActorSystems that die and come. */
class HollowNodesTest {
  private static final GroupVersionResource NODES = GroupVersionResource.of("v1", "nodes");
  private static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  private static final GroupVersionResource LEASES =
      GroupVersionResource.of("coordination.k8s.io/v1", "leases");
  private static final List<String> NAMES =
      IntStream.rangeClosed(1, 300).mapToObj(i -> "hollow-" + i).toList();
  private static final Duration AGREED = Duration.ofSeconds(15);

  private final ApiClient api = TestApi.create(Clock.systemUTC()).client();
  private final TestMembers members = new TestMembers();
  private final Map<ActorSystem<Void>, HollowNodes> running = new IdentityHashMap<>();

  @AfterEach
  void stop() {
    running.values().forEach(HollowNodes::close);
    members.close();
  }

  private ActorSystem<Void> join(String name) throws Exception {
    ActorSystem<Void> system = members.join(name);
    running.put(system, HollowNodes.start(system, node -> api, api, Clock.systemUTC()));
    return system;
  }

  private void kill(ActorSystem<Void> system) throws Exception {
    Address address = Cluster.get(system).selfMember().address();
    HollowNodes nodes = running.remove(system);
    nodes.close(); // or what is left of its informers would still read
    members.kill(system);
    members.declareDown(address);
  }

  private Set<String> here(ActorSystem<Void> system) {
    return Objects.requireNonNull(running.get(system)).here();
  }

  private int everywhere() {
    return running.values().stream().mapToInt(nodes -> nodes.here().size()).sum();
  }

  private List<StoredObject> list(GroupVersionResource resource) {
    return api.list(resource, Selection.EVERYTHING)
        .toCompletableFuture()
        .join()
        .orElseThrow()
        .items();
  }

  private long ready() {
    return list(NODES).stream()
        .filter(node -> NodeObjects.isReady(Json.readObject(node.json())))
        .count();
  }

  private long renewed(Set<String> names, Instant since) {
    return list(LEASES).stream()
        .filter(lease -> names.contains(lease.key().name()))
        .map(lease -> Json.readObject(lease.json()).at("/spec/renewTime").asText())
        .filter(renewed -> Instant.parse(renewed).isAfter(since))
        .count();
  }

  /** Until all run and are ready, and these have said so themselves after {@code since}. */
  private Duration untilAllReady(Set<String> moved, Instant since) throws Exception {
    int all = NAMES.size();
    TestMembers.await(
        () -> everywhere() == all && ready() == all && renewed(moved, since) == moved.size(),
        () ->
            "%d are awake, %d ready, %d of %d have renewed their leases"
                .formatted(everywhere(), ready(), renewed(moved, since), moved.size()));
    return Duration.between(since, Instant.now());
  }

  private void bind(int pod) {
    ObjectNode body = Json.object();
    body.putObject("metadata").put("name", "p-" + pod);
    ObjectNode spec = body.putObject("spec").put("nodeName", NAMES.get(pod % NAMES.size()));
    spec.putArray("containers").addObject().put("name", "main").put("image", "nginx");
    api.create(PODS, "default", body).toCompletableFuture().join().orElseThrow();
  }

  private void awaitRunning(int pods) throws Exception {
    TestMembers.await(
        () ->
            list(PODS).stream()
                    .filter(pod -> NodeObjects.isReady(Json.readObject(pod.json())))
                    .count()
                == pods);
  }

  private Map<ObjectKey, Long> podVersions() {
    Map<ObjectKey, Long> versions = new LinkedHashMap<>();
    list(PODS).forEach(pod -> versions.put(pod.key(), pod.resourceVersion()));
    return versions;
  }

  @Tag("long")
  @Test
  void hollowNodesAreSpreadAndOutliveTheJvmsTheyAreOn() throws Exception {
    ActorSystem<Void> first = join("a");
    ActorSystem<Void> second = join("b");
    ActorSystem<Void> third = join("c");
    running.get(first).wake(NAMES);
    untilAllReady(Set.copyOf(NAMES), Instant.EPOCH);
    for (ActorSystem<Void> member : List.of(first, second, third)) {
      assertThat(here(member)).hasSizeBetween(80, 120);
    }
    IntStream.range(0, 300).forEach(this::bind);
    awaitRunning(300);
    Map<ObjectKey, Long> before = podVersions();

    Set<String> firstLost = here(third);
    Instant firstKill = Instant.now();
    kill(third); // the one who wakes lives, and finds out by itself
    assertThat(untilAllReady(firstLost, firstKill)).isLessThan(AGREED);
    assertThat(here(first)).hasSizeBetween(120, 180);

    Set<String> secondLost = here(first);
    Instant secondKill = Instant.now();
    kill(first); // it had the coordinator and was the one who wakes
    running.get(second).wake(NAMES);
    assertThat(untilAllReady(secondLost, secondKill)).isLessThan(AGREED);
    assertThat(here(second)).hasSize(300);
    assertThat(podVersions()).as("pods run on as they were").isEqualTo(before);

    IntStream.range(300, 360).forEach(this::bind);
    awaitRunning(360);
    ObjectKey gone = ObjectKey.of("default", "p-7");
    api.delete(PODS, gone, DeleteOptions.DEFAULT).toCompletableFuture().join().orElseThrow();
    TestMembers.await(() -> !podVersions().containsKey(gone));
  }

  @Test
  void someMoveToAMemberThatComesAndAreNotMissed() throws Exception {
    ActorSystem<Void> first = join("a");
    running.get(first).wake(NAMES);
    untilAllReady(Set.copyOf(NAMES), Instant.EPOCH);
    Instant joined = Instant.now();
    ActorSystem<Void> second = join("b");
    TestMembers.await(() -> here(second).size() > 2 * HollowNodes.MOVED_AT_ONCE);
    untilAllReady(here(second), joined);
  }

  @Test
  void whoNoLongerLeadsWakesNobody() throws Exception {
    ActorSystem<Void> first = join("a");
    ActorSystem<Void> second = join("b");
    running.get(first).wake(NAMES.subList(0, 60));
    TestMembers.await(() -> everywhere() == 60);
    running.get(first).wake(List.of());
    int left = here(first).size();
    kill(second);
    running.get(first).wake(List.of("hollow-300"));
    TestMembers.await(() -> everywhere() == left + 1);
  }
}
