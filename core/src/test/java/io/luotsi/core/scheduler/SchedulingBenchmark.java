package io.luotsi.core.scheduler;

import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.scheduler.SchedulingEngine.Decision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * How many pods a second the engine places: from the stored Pod's JSON to the decision, and back
 * through the Pod that is seen bound. One thread, no API. Arguments: nodes (5000), pods (10000),
 * rounds (5).
 */
public final class SchedulingBenchmark {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private SchedulingBenchmark() {}

  public static void main(String[] args) {
    int nodes = args.length > 0 ? Integer.parseInt(args[0]) : 5_000;
    int pods = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    String zone =
        "[{'topologyKey':'topology.kubernetes.io/zone','maxSkew':1,'whenUnsatisfiable':'DoNotSchedule',"
            + "'labelSelector':{'matchLabels':{'app':'web'}}}]";
    for (int round = 0; round < rounds; round++) {
      run("plain", nodes, pods, false, name -> Objects.podJson(name).toString());
      run("of a ReplicaSet", nodes, pods, true, name -> Objects.podJson(name).toString());
      run(
          "zones by constraint",
          nodes,
          pods,
          false,
          name -> {
            var pod = Objects.podJson(name);
            Objects.spec("topologySpreadConstraints", zone).accept(pod);
            return pod.toString();
          });
      run(
          "each its own shape",
          nodes,
          pods,
          false,
          name -> {
            var pod = Objects.podJson(name);
            Objects.labels("{'app':'web','index':'" + name + "'}").accept(pod);
            return pod.toString();
          });
    }
  }

  private static void run(
      String what, int nodes, int pods, boolean owned, Function<String, String> podJson) {
    SchedulingEngine engine =
        new SchedulingEngine(SchedulingEngine.Settings.DEFAULT, new SplittableRandom(1));
    for (int i = 0; i < nodes; i++) {
      String labels =
          "{'kubernetes.io/hostname':'n%d','topology.kubernetes.io/zone':'z%d'}"
              .formatted(i, i % 3);
      engine.putNode(Objects.node("n" + i, Objects.labels(labels)));
    }
    if (owned) {
      engine.putService(ObjectKey.of("default", "web"), Map.of("app", "web"));
      engine.putWorkload(
          "ReplicaSet",
          ObjectKey.of("default", "web"),
          Optional.of(LabelSelector.ofLabels(Map.of("app", "web"))));
    }
    List<StoredObject> stored = new ArrayList<>();
    for (int i = 0; i < pods; i++) {
      stored.add(
          StoredObject.parse(
              podJson.apply("p" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8),
              SelectableFields.NONE));
    }
    PodReader reader = new PodReader();
    long start = System.nanoTime();
    stored.forEach(pod -> engine.putPod(reader.read(pod), NOW));
    int bound = 0;
    for (Optional<Decision> next = engine.next(NOW); next.isPresent(); next = engine.next(NOW)) {
      if (next.get() instanceof Decision.Bind(PodView pod, String nodeName)) {
        bound++;
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%-20s %d of %d pods on %d nodes: %,.0f pods/s%n",
        what, bound, pods, nodes, bound / seconds);
  }
}
