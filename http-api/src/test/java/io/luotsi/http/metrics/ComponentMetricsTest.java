package io.luotsi.http.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.controller.actor.ControllerSettings;
import io.luotsi.core.controller.actor.Controllers;
import io.luotsi.core.informer.Backoff;
import io.luotsi.core.informer.WorkQueue;
import io.luotsi.core.scheduler.SchedulingEngine;
import io.luotsi.core.scheduler.actor.Scheduler;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What scheduler and controllers do, as {@code /metrics} tells it. */
class ComponentMetricsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  private static final GroupVersionResource NODES = GroupVersionResource.of("v1", "nodes");

  private final ApiMetrics metrics = new ApiMetrics(Map.of("version", "1"));
  private final ActorTestKit kit = ActorTestKit.create();
  private final TestApi server = TestApi.create(InstantSource.system());
  private final ApiClient admin = server.client();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  /** The value of a series, -1 if there is none. */
  private double value(String series) {
    return new String(metrics.expose("text/plain").body(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElse(-1);
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private void create(GroupVersionResource resource, String namespace, String json) {
    ObjectNode object = Json.readObject(json.getBytes(StandardCharsets.UTF_8));
    admin.create(resource, namespace, object).toCompletableFuture().join().orElseThrow();
  }

  private void pod(String name, String cpu, String gates) {
    create(
        PODS,
        "default",
        """
        {"metadata":{"name":"%s"},"spec":{%s"containers":[{"name":"c","image":"i",
         "resources":{"requests":{"cpu":"%s"}}}]}}
        """
            .formatted(name, gates, cpu));
  }

  private void nodeOfFourCores() {
    create(NODES, "", "{\"metadata\":{\"name\":\"n1\"}}");
    ObjectNode status = Json.object();
    ObjectNode room = status.putObject("status").putObject("allocatable");
    room.put("cpu", "4").put("memory", "8Gi").put("pods", "110");
    admin
        .patch(NODES, ObjectKey.of("n1"), "status", ApiClient.PatchType.MERGE, status)
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  @Test
  void theSchedulerCountsItsAttemptsAndWhoWaits() {
    nodeOfFourCores();
    for (int i = 0; i < 5; i++) {
      pod("p" + i, "1", "");
    }
    pod("gated", "1", "\"schedulingGates\":[{\"name\":\"later\"}],");
    ActorRef<Scheduler.Command> scheduler =
        kit.spawn(
            Scheduler.create(
                new Scheduler.Parts(
                    server.client(UserInfo.component("kube-scheduler")),
                    SchedulingEngine.Settings.DEFAULT,
                    List.of(),
                    Clock.systemUTC(),
                    new SplittableRandom(1),
                    metrics.scheduler())));
    String bound = "{profile=\"default-scheduler\",result=\"scheduled\"}";
    String refused = "{profile=\"default-scheduler\",result=\"unschedulable\"}";
    await(() -> value("scheduler_schedule_attempts_total" + bound) == 4);
    await(() -> value("scheduler_schedule_attempts_total" + refused) == 1);

    assertThat(value("scheduler_pending_pods{queue=\"active\"}")).isZero();
    assertThat(value("scheduler_pending_pods{queue=\"unschedulable\"}")).isEqualTo(1);
    assertThat(value("scheduler_pending_pods{queue=\"gated\"}")).isEqualTo(1);
    assertThat(value("scheduler_scheduling_attempt_duration_seconds_count" + bound)).isEqualTo(4);
    assertThat(value("scheduler_scheduling_attempt_duration_seconds_sum" + bound)).isPositive();
    assertThat(value("scheduler_pod_scheduling_sli_duration_seconds_count{attempts=\"1\"}"))
        .isEqualTo(4);
    assertThat(incoming("UnschedulablePodAdd", "active")).isEqualTo(5);
    assertThat(incoming("UnschedulablePodAdd", "gated")).isEqualTo(1);
    assertThat(incoming("ScheduleAttemptFailure", "unschedulable")).isEqualTo(1);

    // Its room is free again: the fifth pod takes two attempts.
    StoredObject first = oneOnTheNode();
    admin
        .delete(PODS, first.key(), ApiClient.DeleteOptions.now(first.uid()))
        .toCompletableFuture()
        .join()
        .orElseThrow();
    await(() -> value("scheduler_pod_scheduling_sli_duration_seconds_count{attempts=\"2\"}") == 1);
    assertThat(value("scheduler_schedule_attempts_total" + bound)).isEqualTo(5);

    kit.stop(scheduler);
    assertThat(value("scheduler_pending_pods{queue=\"gated\"}")).isZero();
  }

  private double incoming(String event, String queue) {
    return value(
        "scheduler_queue_incoming_pods_total{event=\"%s\",queue=\"%s\"}".formatted(event, queue));
  }

  private StoredObject oneOnTheNode() {
    return admin
        .list(PODS, Selection.byField("spec.nodeName", "n1"))
        .toCompletableFuture()
        .join()
        .orElseThrow()
        .items()
        .getFirst();
  }

  @Test
  void controllersCountWhatTheyWorkOn() {
    ControllerSettings settings =
        new ControllerSettings(
            8,
            Duration.ofSeconds(40),
            Duration.ofSeconds(1),
            List.of("127.1.0.2"),
            6443,
            "10.96.0.1",
            "the cluster's certificate\n");
    kit.spawn(
        Controllers.create(
            new Controllers.Parts(
                component -> server.client(UserInfo.component(component)),
                server.pipeline()::catalog,
                TestApi.TOKENS,
                (request, usages, life, now) -> "",
                settings,
                Clock.systemUTC(),
                metrics.queues()::queue)));
    create(
        GroupVersionResource.of("apps/v1", "deployments"),
        "default",
        """
        {"metadata":{"name":"web"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},
         "template":{"metadata":{"labels":{"app":"web"}},
         "spec":{"containers":[{"name":"c","image":"i"}]}}}}
        """);
    for (String queue : List.of("deployment", "replicaset")) {
      String name = "{name=\"" + queue + "\"}";
      await(() -> value("workqueue_work_duration_seconds_count" + name) >= 1);
      await(() -> value("workqueue_depth" + name) == 0);
      assertThat(value("workqueue_adds_total" + name)).isPositive();
      assertThat(value("workqueue_queue_duration_seconds_count" + name)).isPositive();
      assertThat(value("workqueue_retries_total" + name)).isNotNegative();
    }
  }

  @Test
  void aQueueIsCountedAsItsKeysComeAndGo() {
    WorkQueue<String> queue = new WorkQueue<>(Backoff.CONTROLLER, metrics.queues().queue("mine"));
    String mine = "{name=\"mine\"}";
    queue.add("a");
    queue.add("a");
    queue.add("b");
    assertThat(value("workqueue_adds_total" + mine)).isEqualTo(2);
    assertThat(value("workqueue_depth" + mine)).isEqualTo(2);

    queue.poll();
    queue.add("a"); // while it is worked on: it waits from now on
    assertThat(value("workqueue_adds_total" + mine)).isEqualTo(3);
    assertThat(value("workqueue_depth" + mine)).isEqualTo(2);
    queue.failed("a", Instant.EPOCH);
    assertThat(value("workqueue_retries_total" + mine)).isEqualTo(1);
    assertThat(value("workqueue_work_duration_seconds_count" + mine)).isEqualTo(1);

    assertThat(queue.poll()).contains("b");
    assertThat(queue.poll()).contains("a");
    assertThat(value("workqueue_depth" + mine)).isZero();
    assertThat(value("workqueue_queue_duration_seconds_count" + mine)).isEqualTo(3);
    assertThat(value("workqueue_queue_duration_seconds_sum" + mine)).isCloseTo(0, within(5.0));
  }
}
