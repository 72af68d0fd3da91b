package io.luotsi.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.connection.ApiConnection;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Tells each step of a few pods' lives once, as a watch of the API reports it. */
final class PodWatch implements AutoCloseable {
  /** How far a pod has come, in the order in which it happens. */
  private enum Step {
    CREATED,
    SCHEDULED,
    STARTED,
    READY
  }

  private final PrintStream out;
  private final Map<String, Step> steps = new HashMap<>();
  private final Set<String> ready = new HashSet<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;

  private PodWatch(ApiConnection api, String path, PrintStream out) {
    this.out = out;
    this.thread = Thread.ofVirtual().name("pod-watch").unstarted(() -> api.watch(path, this::hear));
  }

  /** Starts with the pods there are. */
  static PodWatch start(
      ApiConnection api, String namespace, String labelSelector, PrintStream out) {
    String path =
        "/api/v1/namespaces/%s/pods?watch=true&labelSelector=%s"
            .formatted(namespace, labelSelector.replace("=", "%3D"));
    PodWatch watch = new PodWatch(api, path, out);
    watch.thread.start();
    return watch;
  }

  /**
   * @throws PlainFailure if fewer than {@code wanted} pods are ready in time
   */
  void awaitReady(int wanted, Duration time) {
    long left = time.toNanos();
    lock.lock();
    try {
      while (ready.size() < wanted) {
        if (left <= 0) {
          throw new PlainFailure(
              "after %d s %d of %d pods are ready; kubectl describe pods says more"
                  .formatted(time.toSeconds(), ready.size(), wanted));
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlainFailure("interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void hear(JsonNode event) {
    JsonNode pod = event.path("object");
    String name = pod.at("/metadata/name").asText();
    lock.lock();
    try {
      if (event.path("type").asText().equals("DELETED")) {
        steps.remove(name);
        ready.remove(name);
        return;
      }
      Step now = step(pod);
      Step before = steps.put(name, now);
      int from = before == null ? -1 : before.ordinal();
      for (Step step : Step.values()) {
        if (step.ordinal() > from && step.ordinal() <= now.ordinal()) {
          out.println("  pod/" + name + " " + words(step, pod));
        }
      }
      if (now == Step.READY && !pod.at("/metadata").has("deletionTimestamp")) {
        ready.add(name);
      } else {
        ready.remove(name);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static Step step(JsonNode pod) {
    if (hasCondition(pod, "Ready")) {
      return Step.READY;
    }
    for (JsonNode container : pod.at("/status/containerStatuses")) {
      if (container.path("state").has("running")) {
        return Step.STARTED;
      }
    }
    return pod.at("/spec/nodeName").asText().isEmpty() ? Step.CREATED : Step.SCHEDULED;
  }

  private static boolean hasCondition(JsonNode pod, String type) {
    for (JsonNode condition : pod.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  private static String words(Step step, JsonNode pod) {
    return switch (step) {
      case CREATED -> "created";
      case SCHEDULED -> "scheduled to " + pod.at("/spec/nodeName").asText();
      case STARTED -> "started at " + pod.at("/status/podIP").asText();
      case READY -> "ready";
    };
  }
}
