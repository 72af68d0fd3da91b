package io.luotsi.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.scheduler.SchedulingEngine.Decision;
import io.luotsi.core.scheduler.SchedulingEngine.Settings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Seeded random clusters under random events: no node is ever over its capacity, and it makes no
 * difference whether results are shared. A failure names its seed.
 */
class SchedulingPropertiesTest {
  private static final int SEEDS = 20;
  private static final int STEPS = 200;

  @Test
  void noNodeIsEverOverCapacity() {
    for (int seed = SEEDS; seed < 2 * SEEDS; seed++) {
      new Run(seed, Settings.DEFAULT).all();
    }
  }

  @Test
  void sharedResultsDecideAsFreshOnesDo() {
    Settings d = Settings.DEFAULT;
    Settings uncached =
        new Settings(
            d.schedulerNames(),
            d.initialBackoff(),
            d.maxBackoff(),
            d.maxUnschedulable(),
            d.assumedFor(),
            0);
    int bindings = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      List<String> shared = new Run(seed, d).all();
      assertThat(shared).as("seed %d", seed).isEqualTo(new Run(seed, uncached).all());
      bindings += (int) shared.stream().filter(line -> line.contains(" on ")).count();
    }
    assertThat(bindings).as("the runs must do something").isGreaterThan(SEEDS * STEPS / 4);
  }

  @Test
  void sameSeedGivesTheSameDecisions() {
    assertThat(new Run(7, Settings.DEFAULT).all()).isEqualTo(new Run(7, Settings.DEFAULT).all());
  }

  /** One random history. Events are drawn from the seed alone, so two runs see the same. */
  private static final class Run {
    private static final int MAX_NODES = 12;

    private final int seed;
    private final SplittableRandom random;
    private final SchedulingEngine engine;
    private final Map<String, NodeView> nodes = new TreeMap<>();
    private final TreeMap<String, PodView> pods = new TreeMap<>();
    private final TreeMap<String, String> placed = new TreeMap<>();
    private final List<String> decisions = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int created;

    Run(int seed, Settings settings) {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      this.engine = new SchedulingEngine(settings, new SplittableRandom(seed));
    }

    List<String> all() {
      for (int step = 0; step < STEPS; step++) {
        now = now.plusMillis(random.nextInt(1500));
        event();
        for (Optional<Decision> next = engine.next(now);
            next.isPresent();
            next = engine.next(now)) {
          record(next.get());
        }
        checkCapacity();
      }
      return decisions;
    }

    private void event() {
      switch (random.nextInt(10)) {
        case 0 -> addNode();
        case 1 -> changeWorkloads();
        case 2 -> removePod();
        case 3 -> failBinding();
        case 4 -> confirmBinding();
        case 5 -> engine.tick(now);
        default -> {
          for (int i = random.nextInt(5); i >= 0; i--) {
            addPod();
          }
        }
      }
    }

    private void addNode() {
      String name = "n" + random.nextInt(MAX_NODES);
      int zone = random.nextInt(3);
      boolean cordoned = random.nextInt(6) == 0;
      boolean tainted = random.nextInt(5) == 0;
      boolean avoided = random.nextInt(5) == 0;
      if (nodes.containsKey(name) && placed.containsValue(name)) {
        return; // a node that shrinks under its pods is over capacity, and rightly so
      }
      if (nodes.containsKey(name) && random.nextInt(3) == 0) {
        nodes.remove(name);
        engine.removeNode(name);
        return;
      }
      NodeView node =
          Objects.node(
              name,
              n -> {
                Objects.labels(
                        "{'kubernetes.io/hostname':'%s','topology.kubernetes.io/zone':'z%d'}"
                            .formatted(name, zone))
                    .accept(n);
                if (cordoned) {
                  Objects.spec("unschedulable", "true").accept(n);
                }
                if (tainted || avoided) {
                  Objects.spec(
                          "taints",
                          "[{'key':'k','effect':'%s'}]"
                              .formatted(tainted ? "NoSchedule" : "PreferNoSchedule"))
                      .accept(n);
                }
                Objects.allocatable("{'cpu':'2','memory':'4Gi','pods':'8','example.com/gpu':'1'}")
                    .accept(n);
              });
      nodes.put(name, node);
      engine.putNode(node);
    }

    private void changeWorkloads() {
      boolean there = random.nextBoolean();
      String app = "app" + random.nextInt(2);
      engine.putService(ObjectKey.of("default", app), there ? Map.of("app", app) : Map.of());
      engine.putWorkload(
          "ReplicaSet",
          ObjectKey.of("default", app),
          there ? Optional.of(LabelSelector.ofLabels(Map.of("app", app))) : Optional.empty());
    }

    private void addPod() {
      String name = "p" + created++;
      int kind = random.nextInt(7);
      String app = "app" + random.nextInt(2);
      PodView pod =
          Objects.pod(
              name,
              p -> {
                Objects.labels("{'app':'%s'}".formatted(app)).accept(p);
                switch (kind) {
                  case 0 -> Objects.requests("{'cpu':'700m','memory':'1Gi'}").accept(p);
                  case 1 -> Objects.requests("{'example.com/gpu':'1'}").accept(p);
                  case 2 ->
                      Objects.spec("containers", "[{'name':'c','ports':[{'hostPort':80}]}]")
                          .accept(p);
                  case 3 -> Objects.spec("topologySpreadConstraints", zones(app)).accept(p);
                  case 4 -> Objects.spec("tolerations", "[{'operator':'Exists'}]").accept(p);
                  case 5 -> Objects.requests("{}").accept(p);
                  default -> Objects.spec("priority", "5").accept(p);
                }
              });
      pods.put(pod.uid(), pod);
      engine.putPod(pod, now);
    }

    private static String zones(String app) {
      return "[{'topologyKey':'topology.kubernetes.io/zone','maxSkew':1,"
          + "'whenUnsatisfiable':'DoNotSchedule','labelSelector':{'matchLabels':{'app':'"
          + app
          + "'}}},{'topologyKey':'kubernetes.io/hostname','maxSkew':1,"
          + "'whenUnsatisfiable':'ScheduleAnyway','labelSelector':{'matchLabels':{'app':'"
          + app
          + "'}}}]";
    }

    private void removePod() {
      if (!pods.isEmpty()) {
        String uid = any(new ArrayList<>(pods.keySet()));
        pods.remove(uid);
        placed.remove(uid);
        engine.removePod(uid);
      }
    }

    private void failBinding() {
      assumed()
          .ifPresent(
              uid -> {
                placed.remove(uid);
                engine.bindFailed(uid, now);
              });
    }

    private void confirmBinding() {
      assumed()
          .ifPresent(
              uid -> {
                PodView p = pods.get(uid);
                PodView bound =
                    new PodView(
                        p.key(),
                        uid,
                        p.resourceVersion() + 1,
                        p.generation(),
                        p.schedulerName(),
                        placed.get(uid),
                        false,
                        false,
                        false,
                        p.scheduled(),
                        p.shape());
                pods.put(uid, bound);
                engine.putPod(bound, now);
              });
    }

    private Optional<String> assumed() {
      List<String> assumed = placed.keySet().stream().filter(uid -> engine.isAssumed(uid)).toList();
      return assumed.isEmpty() ? Optional.empty() : Optional.of(any(assumed));
    }

    private String any(List<String> uids) {
      return uids.get(random.nextInt(uids.size()));
    }

    private void record(Decision decision) {
      switch (decision) {
        case Decision.Bind(PodView pod, String nodeName) -> {
          decisions.add(pod.uid() + " on " + nodeName);
          placed.put(pod.uid(), nodeName);
        }
        case Decision.Pend(PodView pod, String reason, String message) ->
            decisions.add(pod.uid() + ": " + message);
      }
    }

    private void checkCapacity() {
      Map<String, List<PodView>> byNode = new HashMap<>();
      placed.forEach(
          (uid, node) -> byNode.computeIfAbsent(node, n -> new ArrayList<>()).add(pods.get(uid)));
      byNode.forEach(
          (name, on) -> {
            NodeView node = nodes.get(name);
            long cpu = on.stream().mapToLong(p -> p.shape().requests().cpuMillis()).sum();
            long memory = on.stream().mapToLong(p -> p.shape().requests().memoryBytes()).sum();
            long gpus =
                on.stream()
                    .mapToLong(
                        p -> p.shape().requests().extended().getOrDefault("example.com/gpu", 0L))
                    .sum();
            long ports = on.stream().mapToLong(p -> p.shape().hostPorts().size()).sum();
            assertThat(on.size()).as("seed %d: pods on %s", seed, name).isLessThanOrEqualTo(8);
            assertThat(cpu)
                .as("seed %d: cpu on %s", seed, name)
                .isLessThanOrEqualTo(node.allocatable().get("cpu"));
            assertThat(memory)
                .as("seed %d: memory on %s", seed, name)
                .isLessThanOrEqualTo(node.allocatable().get("memory"));
            assertThat(gpus).as("seed %d: gpus on %s", seed, name).isLessThanOrEqualTo(1);
            assertThat(ports).as("seed %d: port 80 on %s", seed, name).isLessThanOrEqualTo(1);
          });
    }
  }
}
