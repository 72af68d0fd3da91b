package io.luotsi.core.scheduler.actor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.scheduler.Objects;
import io.luotsi.core.scheduler.SchedulingEngine.Settings;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * How many pods a second the scheduler binds through the request pipeline on a store in memory:
 * from a backlog of pods that were created before it started. Arguments: nodes (5000), pods
 * (10000), rounds (3).
 */
public final class ClusterSchedulingBenchmark {
  private static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  private static final GroupVersionResource NODES = GroupVersionResource.of("v1", "nodes");
  private static final int IN_FLIGHT = 64;

  private ClusterSchedulingBenchmark() {}

  public static void main(String[] args) throws InterruptedException {
    int nodes = args.length > 0 ? Integer.parseInt(args[0]) : 5_000;
    int pods = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    for (int round = 0; round < rounds; round++) {
      run(nodes, pods);
    }
  }

  private static void run(int nodes, int pods) throws InterruptedException {
    TestApi server = TestApi.create(Clock.systemUTC());
    ApiClient admin = server.client();
    Semaphore inFlight = new Semaphore(IN_FLIGHT);
    for (int i = 0; i < nodes; i++) {
      create(admin, NODES, "", Objects.nodeJson("n" + i), inFlight);
    }
    inFlight.acquire(IN_FLIGHT);
    inFlight.release(IN_FLIGHT);
    for (int i = 0; i < nodes; i++) {
      ObjectNode status = Json.object();
      status.set("status", Objects.nodeJson("n" + i).get("status"));
      inFlight.acquire();
      admin
          .patch(NODES, ObjectKey.of("n" + i), "status", ApiClient.PatchType.MERGE, status)
          .thenAccept(outcome -> done(outcome, inFlight));
    }
    long createStart = System.nanoTime();
    for (int i = 0; i < pods; i++) {
      create(admin, PODS, "default", Objects.podJson("p" + i), inFlight);
    }
    inFlight.acquire(IN_FLIGHT);
    double creating = (System.nanoTime() - createStart) / 1e9;
    CountDownLatch bound = countBound(admin, pods);
    ActorSystem<?> system =
        ActorSystem.create(
            Scheduler.create(
                new Scheduler.Parts(
                    server.client(UserInfo.component("kube-scheduler")),
                    Settings.DEFAULT,
                    List.of(Scheduler.Workload.REPLICA_SET),
                    Clock.systemUTC(),
                    new SplittableRandom(1))),
            "scheduling-benchmark");
    long start = System.nanoTime();
    bound.await();
    double seconds = (System.nanoTime() - start) / 1e9;
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
    System.out.printf(
        "%d pods on %d nodes through the pipeline: %,.0f pods/s bound (created at %,.0f/s)%n",
        pods, nodes, pods / seconds, pods / creating);
  }

  private static void create(
      ApiClient api,
      GroupVersionResource resource,
      String namespace,
      ObjectNode body,
      Semaphore inFlight)
      throws InterruptedException {
    body.withObject("/metadata").remove(List.of("uid", "resourceVersion", "creationTimestamp"));
    inFlight.acquire();
    api.create(resource, namespace, body).thenAccept(outcome -> done(outcome, inFlight));
  }

  private static void done(Outcome<StoredObject> outcome, Semaphore inFlight) {
    inFlight.release();
    outcome.orElseThrow();
  }

  private static CountDownLatch countBound(ApiClient api, int pods) {
    long version =
        api.list(PODS, Selection.EVERYTHING).toCompletableFuture().join().orElseThrow().version();
    WatchCursor cursor =
        api.watch(PODS, Selection.EVERYTHING, version).toCompletableFuture().join().orElseThrow();
    CountDownLatch bound = new CountDownLatch(pods);
    Thread.ofVirtual()
        .start(
            () -> {
              Set<String> seen = new HashSet<>();
              while (bound.getCount() > 0) {
                for (WatchEvent event : cursor.next().toCompletableFuture().join().orElseThrow()) {
                  if (!event.object().field("spec.nodeName").isEmpty()
                      && seen.add(event.object().uid())) {
                    bound.countDown();
                  }
                }
              }
              cursor.close();
            });
    return bound;
  }
}
