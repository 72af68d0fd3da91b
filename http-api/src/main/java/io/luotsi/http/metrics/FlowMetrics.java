package io.luotsi.http.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/**
 * What API Priority and Fairness does, under upstream's names.
 *
 * @see "Source: apiserver pkg/util/flowcontrol/metrics"
 */
public final class FlowMetrics {
  private static final String PREFIX = "apiserver_flowcontrol_";
  private static final String LEVEL = "priority_level";
  private static final String SCHEMA = "flow_schema";
  private static final double NANOS = 1e9;
  private static final double[] SECONDS = {
    0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30
  };
  private static final double[] LENGTHS = {0, 10, 25, 50, 100, 250, 500, 1_000};

  private final Counter rejected;
  private final Counter dispatched;
  private final Gauge inQueue;
  private final Gauge executing;
  private final Gauge executingSeats;
  private final Gauge nominal;
  private final Gauge current;
  private final Histogram waits;
  private final Histogram lengths;
  private final Histogram durations;

  FlowMetrics(PrometheusRegistry registry) {
    rejected =
        counter(
            registry, "rejected_requests", "Requests that were refused.", LEVEL, SCHEMA, "reason");
    dispatched = counter(registry, "dispatched_requests", "Requests that began.", LEVEL, SCHEMA);
    inQueue = gauge(registry, "current_inqueue_requests", "Requests that wait.", LEVEL, SCHEMA);
    executing =
        gauge(
            registry,
            "current_executing_requests",
            "Requests that are being answered; of watches, those that begin.",
            LEVEL,
            SCHEMA);
    executingSeats =
        gauge(registry, "current_executing_seats", "Seats that they have.", LEVEL, SCHEMA);
    nominal =
        gauge(registry, "nominal_limit_seats", "A level's part of the server's seats.", LEVEL);
    current = gauge(registry, "current_limit_seats", "Seats that a level may use now.", LEVEL);
    waits =
        histogram(
            registry,
            SECONDS,
            "request_wait_duration_seconds",
            "How long requests waited, and whether they then began.",
            LEVEL,
            SCHEMA,
            "execute");
    lengths =
        histogram(
            registry,
            LENGTHS,
            "request_queue_length_after_enqueue",
            "Length of a queue as a request finds it that has just joined it.",
            LEVEL,
            SCHEMA);
    durations =
        histogram(
            registry,
            SECONDS,
            "request_execution_seconds",
            "How long requests had their seats.",
            LEVEL,
            SCHEMA,
            "type");
  }

  private static Counter counter(
      PrometheusRegistry registry, String name, String help, String... labels) {
    return Counter.builder().name(PREFIX + name).help(help).labelNames(labels).register(registry);
  }

  private static Gauge gauge(
      PrometheusRegistry registry, String name, String help, String... labels) {
    return Gauge.builder().name(PREFIX + name).help(help).labelNames(labels).register(registry);
  }

  private static Histogram histogram(
      PrometheusRegistry registry, double[] bounds, String name, String help, String... labels) {
    return Histogram.builder()
        .name(PREFIX + name)
        .help(help)
        .labelNames(labels)
        .classicOnly()
        .classicUpperBounds(bounds)
        .register(registry);
  }

  /** The seats of a level. */
  public void limit(String level, int seats) {
    nominal.labelValues(level).set(seats);
    current.labelValues(level).set(seats);
  }

  /** What is told of the requests of one schema; looked up once and kept. */
  public Series series(String level, String schema) {
    return new Series(level, schema);
  }

  /** The requests of one schema. */
  public final class Series {
    private final String level;
    private final String schema;
    private final CounterDataPoint begun;
    private final GaugeDataPoint waiting;
    private final GaugeDataPoint served;
    private final GaugeDataPoint seats;
    private final DistributionDataPoint began;
    private final DistributionDataPoint duration;

    private Series(String level, String schema) {
      this.level = level;
      this.schema = schema;
      this.begun = dispatched.labelValues(level, schema);
      this.waiting = inQueue.labelValues(level, schema);
      this.served = executing.labelValues(level, schema);
      this.seats = executingSeats.labelValues(level, schema);
      this.began = waits.labelValues(level, schema, "true");
      this.duration = durations.labelValues(level, schema, "regular");
    }

    public void rejected(String reason) {
      rejected.labelValues(level, schema, reason).inc();
    }

    /**
     * @param length of the queue with it
     */
    public void queued(int length) {
      waiting.inc();
      lengths.labelValues(level, schema).observe(length);
    }

    public void leftQueue() {
      waiting.dec();
    }

    public void waited(long nanos, boolean begins) {
      (begins ? began : waits.labelValues(level, schema, "false")).observe(nanos / NANOS);
    }

    public void begins(int itsSeats) {
      begun.inc();
      served.inc();
      seats.inc(itsSeats);
    }

    public void ends(int itsSeats, long nanos, boolean watch) {
      served.dec();
      seats.dec(itsSeats);
      (watch ? durations.labelValues(level, schema, "watch") : duration).observe(nanos / NANOS);
    }
  }
}
