package io.luotsi.http.metrics;

import io.luotsi.core.scheduler.SchedulingRecorder;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Locale;

/**
 * What the scheduler does, under upstream's names. On a member that does not lead nothing is told.
 *
 * @see "Source: kube-scheduler pkg/scheduler/metrics"
 */
final class SchedulerMetrics implements SchedulingRecorder {
  private static final double NANOS = 1e9;

  /** As upstream: so many attempts are told apart. */
  private static final int MOST_ATTEMPTS = 15;

  private final Counter attempts;
  private final Histogram attemptDurations;
  private final Histogram sliDurations;
  private final Counter incoming;
  private final Gauge pending;

  SchedulerMetrics(PrometheusRegistry registry) {
    attempts =
        Counter.builder()
            .name("scheduler_schedule_attempts")
            .help("Number of attempts to schedule pods, by the result.")
            .labelNames("profile", "result")
            .register(registry);
    attemptDurations =
        Histogram.builder()
            .name("scheduler_scheduling_attempt_duration_seconds")
            .help("Time from the choice of a node to the end of the binding, in seconds.")
            .labelNames("profile", "result")
            .classicOnly()
            .classicUpperBounds(Buckets.exponential(0.001, 2, 15))
            .register(registry);
    sliDurations =
        Histogram.builder()
            .name("scheduler_pod_scheduling_sli_duration_seconds")
            .help(
                "Time from a pod's coming into the queue to its being bound, over all attempts, in"
                    + " seconds.")
            .labelNames("attempts")
            .classicOnly()
            .classicUpperBounds(Buckets.exponential(0.01, 2, 20))
            .register(registry);
    incoming =
        Counter.builder()
            .name("scheduler_queue_incoming_pods")
            .help("Number of pods that came into scheduling queues, by event and queue.")
            .labelNames("event", "queue")
            .register(registry);
    pending =
        Gauge.builder()
            .name("scheduler_pending_pods")
            .help("Number of pods that wait for a node, by queue.")
            .labelNames("queue")
            .register(registry);
  }

  @Override
  public Attempt attempt() {
    long begin = System.nanoTime();
    return (profile, result) -> {
      String word = word(result);
      attempts.labelValues(profile, word).inc();
      attemptDurations.labelValues(profile, word).observe((System.nanoTime() - begin) / NANOS);
    };
  }

  @Override
  public void bound(Duration sinceQueued, int attempts) {
    String label = attempts < MOST_ATTEMPTS ? Integer.toString(attempts) : MOST_ATTEMPTS + "+";
    sliDurations.labelValues(label).observe(sinceQueued.toNanos() / NANOS);
  }

  @Override
  public void incoming(Queue queue, String event) {
    incoming.labelValues(event, word(queue)).inc();
  }

  @Override
  public void pending(Pending now) {
    pending.labelValues(word(Queue.ACTIVE)).set(now.active());
    pending.labelValues(word(Queue.BACKOFF)).set(now.backoff());
    pending.labelValues(word(Queue.UNSCHEDULABLE)).set(now.unschedulable());
    pending.labelValues(word(Queue.GATED)).set(now.gated());
  }

  private static String word(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }
}
