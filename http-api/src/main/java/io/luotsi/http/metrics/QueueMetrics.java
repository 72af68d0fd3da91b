package io.luotsi.http.metrics;

import io.luotsi.core.informer.QueueRecorder;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashMap;
import java.util.Map;

/**
 * How the controllers' work queues do, under upstream's names.
 *
 * @see "Source: client-go util/workqueue/metrics.go"
 */
public final class QueueMetrics {
  private static final String PREFIX = "workqueue_";
  private static final String NAME = "name";
  private static final double NANOS = 1e9;

  private final Gauge depth;
  private final Counter adds;
  private final Counter retries;
  private final Histogram waits;
  private final Histogram works;

  QueueMetrics(PrometheusRegistry registry) {
    depth =
        Gauge.builder()
            .name(PREFIX + "depth")
            .help("Keys that wait in a work queue.")
            .labelNames(NAME)
            .register(registry);
    adds = counter(registry, "adds", "Keys that were added to a work queue.");
    retries = counter(registry, "retries", "Keys that were wanted later.");
    waits = histogram(registry, "queue_duration_seconds", "How long keys wait in a work queue.");
    works = histogram(registry, "work_duration_seconds", "How long the work on a key takes.");
  }

  private static Counter counter(PrometheusRegistry registry, String name, String help) {
    return Counter.builder().name(PREFIX + name).help(help).labelNames(NAME).register(registry);
  }

  private static Histogram histogram(PrometheusRegistry registry, String name, String help) {
    return Histogram.builder()
        .name(PREFIX + name)
        .help(help)
        .labelNames(NAME)
        .classicOnly()
        .classicUpperBounds(Buckets.exponential(1e-8, 10, 10))
        .register(registry);
  }

  /** What hears of the queue of that name. */
  public QueueRecorder queue(String name) {
    return new Recorder(name);
  }

  private final class Recorder implements QueueRecorder {
    private final GaugeDataPoint waiting;
    private final CounterDataPoint added;
    private final CounterDataPoint retried;
    private final DistributionDataPoint waited;
    private final DistributionDataPoint worked;

    // Moments by key; no longer than the queue itself.
    private final Map<Object, Long> addedAt = new HashMap<>();
    private final Map<Object, Long> takenAt = new HashMap<>();

    Recorder(String name) {
      waiting = depth.labelValues(name);
      added = adds.labelValues(name);
      retried = retries.labelValues(name);
      waited = waits.labelValues(name);
      worked = works.labelValues(name);
    }

    @Override
    public void added(Object key) {
      added.inc();
      addedAt.put(key, System.nanoTime());
      waiting.set(addedAt.size());
    }

    @Override
    public void taken(Object key) {
      long now = System.nanoTime();
      waited.observe((now - addedAt.remove(key)) / NANOS);
      takenAt.put(key, now);
      waiting.set(addedAt.size());
    }

    @Override
    public void done(Object key) {
      worked.observe((System.nanoTime() - takenAt.remove(key)) / NANOS);
    }

    @Override
    public void retried() {
      retried.inc();
    }

    @Override
    public void ended() {
      waiting.set(0);
    }
  }
}
