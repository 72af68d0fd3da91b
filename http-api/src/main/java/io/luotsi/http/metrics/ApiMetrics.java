package io.luotsi.http.metrics;

import io.luotsi.core.scheduler.SchedulingRecorder;
import io.luotsi.http.audit.AuditLog;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Counts what an API server does, and tells it in Prometheus' formats. One for all listeners of a
 * process. For any number of threads.
 *
 * @see "Source: kube-apiserver, metrics of stability level STABLE"
 */
public final class ApiMetrics {
  private static final String COMPONENT = "apiserver";

  /** Labels of all that is told of requests, in the order of {@link #values}. */
  private static final String[] REQUEST = {
    "verb", "group", "version", "resource", "subresource", "scope", "component"
  };

  private static final double[] SECONDS = {
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30,
    45, 60
  };

  private static final double[] BYTES = {1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

  private static final double NANOS = 1e9;

  /** A document, and its media type. */
  public record Exposition(String contentType, byte[] body) {}

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final AtomicBoolean asked = new AtomicBoolean();

  private final Counter requests =
      Counter.builder()
          .name("apiserver_request")
          .help(
              "Counter of apiserver requests broken out for each verb, dry run value, group,"
                  + " version, resource, scope, component, and HTTP response code.")
          .labelNames(and(REQUEST, "dry_run", "code"))
          .register(registry);

  private final Histogram durations =
      Histogram.builder()
          .name("apiserver_request_duration_seconds")
          .help(
              "Time from a request to its answer in seconds, for each verb, dry run value, group,"
                  + " version, resource, subresource, scope and component. Requests that go on for"
                  + " as long as their client likes are left out.")
          .labelNames(and(REQUEST, "dry_run"))
          .classicOnly()
          .classicUpperBounds(SECONDS)
          .register(registry);

  private final Histogram sizes =
      Histogram.builder()
          .name("apiserver_response_sizes")
          .help(
              "Size of answers to reading requests in bytes, for each group, version, verb,"
                  + " resource, subresource, scope and component.")
          .labelNames(REQUEST)
          .classicOnly()
          .classicUpperBounds(BYTES)
          .register(registry);

  private final Gauge inFlight =
      Gauge.builder()
          .name("apiserver_current_inflight_requests")
          .help("Requests that are being answered at this moment, by request kind.")
          .labelNames("request_kind")
          .register(registry);

  private final Counter auditEvents =
      Counter.builder()
          .name("apiserver_audit_event")
          .help("Events that were written into the audit log.")
          .register(registry);

  private final Counter auditErrors =
      Counter.builder()
          .name("apiserver_audit_error")
          .help("Events that should be in the audit log and are not, by plugin.")
          .labelNames("plugin")
          .register(registry);

  private final FlowMetrics flows = new FlowMetrics(registry);
  private final SchedulerMetrics scheduler = new SchedulerMetrics(registry);
  private final QueueMetrics queues = new QueueMetrics(registry);

  private final Gauge longRunning =
      Gauge.builder()
          .name("apiserver_longrunning_requests")
          .help(
              "Requests that go on at this moment for as long as their client likes, for each"
                  + " verb, group, version, resource, subresource, scope and component.")
          .labelNames(REQUEST)
          .register(registry);

  /**
   * @param build what {@code kubernetes_build_info} says: names and values of labels
   */
  public ApiMetrics(Map<String, String> build) {
    Info info =
        Info.builder()
            .name("kubernetes_build")
            .help("The version of Kubernetes' API that is served, and by what.")
            .labelNames(build.keySet().toArray(String[]::new))
            .register(registry);
    info.setLabelValues(build.values().toArray(String[]::new));
  }

  /** What the audit log tells. */
  public AuditLog.Tally audit() {
    return new AuditLog.Tally() {
      @Override
      public void written() {
        auditEvents.inc();
      }

      @Override
      public void lost(int events) {
        auditErrors.labelValues("log").inc(events);
      }
    };
  }

  /** What API Priority and Fairness tells. */
  public FlowMetrics flows() {
    return flows;
  }

  /** What the scheduler tells. */
  public SchedulingRecorder scheduler() {
    return scheduler;
  }

  /** What controllers tell. */
  public QueueMetrics queues() {
    return queues;
  }

  /** Counts the objects of each resource when it is asked for. */
  public void storageObjects(Supplier<Map<String, Integer>> objects) {
    GaugeWithCallback.builder()
        .name("apiserver_storage_objects")
        .help("Number of stored objects at the time of the last check, by resource.")
        .labelNames("resource")
        .callback(
            callback ->
                objects.get().forEach((resource, number) -> callback.call(number, resource)))
        .register(registry);
  }

  /** A request that has begun; exactly one of its ends must be told. */
  public final class Begun {
    private final RequestLabels labels;
    private final long begin = System.nanoTime();

    private Begun(RequestLabels labels) {
      this.labels = labels;
    }

    /**
     * It has an answer.
     *
     * @param bytes of the answer's body; negative if that is not known
     */
    public void answered(int code, long bytes) {
      String[] values = values(labels);
      requests.labelValues(and(values, labels.dryRun(), Integer.toString(code))).inc();
      if (!labels.longRunning()) {
        kind(labels).dec();
        durations
            .labelValues(and(values, labels.dryRun()))
            .observe((System.nanoTime() - begin) / NANOS);
        if (labels.reads() && bytes >= 0) {
          sizes.labelValues(values).observe(bytes);
        }
      }
    }

    /** Whether its body goes on: {@link #bodyBegins} and {@link #bodyEnds} are to be told, too. */
    public boolean isLongRunning() {
      return labels.longRunning();
    }

    public void bodyBegins() {
      running().inc();
    }

    public void bodyEnds() {
      running().dec();
    }

    private GaugeDataPoint running() {
      return longRunning.labelValues(values(labels));
    }
  }

  private static String[] values(RequestLabels labels) {
    return new String[] {
      labels.verb(),
      labels.group(),
      labels.version(),
      labels.resource(),
      labels.subresource(),
      labels.scope(),
      COMPONENT
    };
  }

  private static String[] and(String[] some, String... more) {
    String[] all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  public Begun begin(RequestLabels labels) {
    if (!labels.longRunning()) {
      kind(labels).inc();
    }
    return new Begun(labels);
  }

  private GaugeDataPoint kind(RequestLabels labels) {
    return inFlight.labelValues(labels.reads() ? "readOnly" : "mutating");
  }

  /**
   * All of it as it is now.
   *
   * @param accept the client's Accept header, by which the format is chosen
   */
  public Exposition expose(String accept) {
    if (asked.compareAndSet(false, true)) {
      JvmMetrics.builder().register(registry); // nobody needs them before somebody asks
    }
    ExpositionFormatWriter writer = formats.findWriter(accept);
    ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
    try {
      writer.write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Exposition(writer.getContentType(), out.toByteArray());
  }
}
