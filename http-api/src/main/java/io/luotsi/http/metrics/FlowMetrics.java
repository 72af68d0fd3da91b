package io.luotsi.http.metrics;

import io.luotsi.core.flowcontrol.DemandTrend;
import io.luotsi.core.flowcontrol.SeatLending;
import io.luotsi.core.flowcontrol.SeatLimits;
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
  private static final double[] SEATS = {1, 2, 4, 8, 16, 32, 64, 100};
  private static final double[] LENGTHS = {0, 10, 25, 50, 100, 250, 500, 1_000};

  private final Counter rejected;
  private final Counter dispatched;
  private final Gauge inQueue;
  private final Gauge seatsInQueue;
  private final Gauge executing;
  private final Gauge executingSeats;
  private final Gauge nominal;
  private final Gauge lower;
  private final Gauge upper;
  private final Gauge current;
  private final Gauge highest;
  private final Gauge average;
  private final Gauge deviation;
  private final Gauge smoothed;
  private final Gauge target;
  private final Gauge fairFraction;
  private final Histogram waits;
  private final Histogram lengths;
  private final Histogram durations;
  private final Histogram estimates;

  FlowMetrics(PrometheusRegistry registry) {
    rejected =
        counter(
            registry, "rejected_requests", "Requests that were refused.", LEVEL, SCHEMA, "reason");
    dispatched = counter(registry, "dispatched_requests", "Requests that began.", LEVEL, SCHEMA);
    inQueue = gauge(registry, "current_inqueue_requests", "Requests that wait.", LEVEL, SCHEMA);
    seatsInQueue =
        gauge(registry, "current_inqueue_seats", "Seats that they wait for.", LEVEL, SCHEMA);
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
    lower = gauge(registry, "lower_limit_seats", "Seats that a level never lends.", LEVEL);
    upper = gauge(registry, "upper_limit_seats", "Seats that it has at most.", LEVEL);
    current = gauge(registry, "current_limit_seats", "Seats that a level may use now.", LEVEL);
    highest =
        gauge(
            registry,
            "demand_seats_high_watermark",
            "Most seats that a level could use at one time, of the last period.",
            LEVEL);
    average =
        gauge(
            registry,
            "demand_seats_average",
            "Seats that it could use, on the average of the last period.",
            LEVEL);
    deviation =
        gauge(
            registry,
            "demand_seats_stdev",
            "Standard deviation from that, in the last period.",
            LEVEL);
    smoothed =
        gauge(
            registry,
            "demand_seats_smoothed",
            "Seats that it could use, rising at once and sinking slowly.",
            LEVEL);
    target = gauge(registry, "target_seats", "Seats that a level aims at.", LEVEL);
    fairFraction =
        gauge(
            registry,
            "seat_fair_frac",
            "What of its target each level gets that no bound keeps from it.");
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
    estimates =
        histogram(
            registry,
            SEATS,
            "work_estimated_seats",
            "Seats that requests were thought to need.",
            LEVEL,
            SCHEMA);
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

  /** Between what the seats of a level move. */
  public void limits(String level, SeatLimits limits) {
    nominal.labelValues(level).set(limits.nominal());
    lower.labelValues(level).set(limits.lower());
    upper.labelValues(level).set(limits.upper());
  }

  /** What a level may use until it is looked at again, and why. */
  public void adjusted(String level, DemandTrend demand, SeatLending.Lent lent) {
    highest.labelValues(level).set(demand.highest());
    average.labelValues(level).set(demand.average());
    deviation.labelValues(level).set(demand.deviation());
    smoothed.labelValues(level).set(demand.smoothed());
    target.labelValues(level).set(lent.target());
    current.labelValues(level).set(lent.limit());
  }

  public void fairFraction(double fraction) {
    fairFraction.set(fraction);
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
    private final GaugeDataPoint waitedFor;
    private final GaugeDataPoint served;
    private final GaugeDataPoint seats;
    private final DistributionDataPoint began;
    private final DistributionDataPoint duration;
    private final DistributionDataPoint estimate;

    private Series(String level, String schema) {
      this.level = level;
      this.schema = schema;
      this.begun = dispatched.labelValues(level, schema);
      this.waiting = inQueue.labelValues(level, schema);
      this.waitedFor = seatsInQueue.labelValues(level, schema);
      this.served = executing.labelValues(level, schema);
      this.seats = executingSeats.labelValues(level, schema);
      this.began = waits.labelValues(level, schema, "true");
      this.duration = durations.labelValues(level, schema, "regular");
      this.estimate = estimates.labelValues(level, schema);
    }

    /**
     * @param itsSeats that it is thought to need
     */
    public void wanted(int itsSeats) {
      estimate.observe(itsSeats);
    }

    public void rejected(String reason) {
      rejected.labelValues(level, schema, reason).inc();
    }

    /**
     * @param length of the queue with it
     */
    public void queued(int length, int itsSeats) {
      waiting.inc();
      waitedFor.inc(itsSeats);
      lengths.labelValues(level, schema).observe(length);
    }

    public void leftQueue(int itsSeats) {
      waiting.dec();
      waitedFor.dec(itsSeats);
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
