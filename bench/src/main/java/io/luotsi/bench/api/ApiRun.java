package io.luotsi.bench.api;

import io.luotsi.bench.api.Traffic.Question;
import io.luotsi.bench.api.Traffic.Result;
import io.luotsi.bench.store.Latencies;
import io.luotsi.bench.store.Waiting;
import io.luotsi.bench.store.Workplace;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** One whole run, measured from this JVM. Processes and files are gone when it ends. */
final class ApiRun {
  private static final double MIB = 1 << 20;
  private static final double KIB_PER_MIB = 1_024;
  private static final double MILLIS = 1_000;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  /** Whoever starts with few objects has each read often. */
  private static final int LEAST_READ = 100;

  private final ApiPlan plan;
  private final Consumer<String> progress;
  private final ApiFigures figures = new ApiFigures();

  /** Names that no other measurement of this run, and most likely of no other run, uses. */
  private final String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);

  private final AtomicInteger numbers = new AtomicInteger();

  private ApiRun(ApiPlan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * An API server that somebody has started.
   *
   * @param pid of its process, if that is on this machine and its figures are wanted
   */
  record Reference(Path kubeconfig, OptionalLong pid) {}

  /**
   * @param directory where the files of this run go; empty for the folder of temporary files
   * @param progress hears a line now and then
   */
  static ApiFigures run(
      ApiPlan plan,
      Optional<Reference> reference,
      Optional<Path> directory,
      Consumer<String> progress)
      throws IOException, GeneralSecurityException, InterruptedException {
    ApiRun run = new ApiRun(plan, progress);
    try (Workplace workplace = Workplace.create(directory)) {
      Servers servers = new Servers(workplace);
      for (int round = 0; round < plan.rounds(); round++) {
        run.round(servers, reference, workplace);
      }
      return run.figures;
    }
  }

  /** The empty handler first: by then this JVM, the client, has been compiled. */
  private void round(Servers servers, Optional<Reference> reference, Workplace workplace)
      throws IOException, GeneralSecurityException, InterruptedException {
    try (Servers.Running empty = servers.empty()) {
      traffic(empty.target());
    }
    try (Servers.Running luotsi = servers.luotsi()) {
      prepare(luotsi.target());
      cold(luotsi.target());
      traffic(luotsi.target());
    }
    if (plan.pods() > 0 || !plan.watchers().isEmpty()) {
      try (Servers.Running luotsi = servers.luotsi()) {
        prepare(luotsi.target());
        pods(luotsi.target());
        watches(luotsi.target());
      }
    }
    if (reference.isPresent()) {
      Reference other = reference.get();
      try (ApiTarget target =
          ApiTarget.of(Side.REFERENCE, other.kubeconfig(), other.pid(), workplace.folder())) {
        prepare(target);
        traffic(target);
        pods(target);
        watches(target);
      }
    }
  }

  /** Measures one side's creates and gets of ConfigMaps. */
  static ApiFigures traffic(ApiPlan plan, ApiTarget target, Consumer<String> progress) {
    ApiRun run = new ApiRun(plan, progress);
    run.traffic(target);
    return run.figures;
  }

  private String namespace() {
    return "bench-" + run;
  }

  private String path(String resource) {
    return "/api/v1/namespaces/" + namespace() + "/" + resource;
  }

  private void prepare(ApiTarget target) {
    HttpClientConnection connection = target.connect(Protocol.HTTP_2);
    String own = "/api/v1/namespaces/" + namespace();
    if (!Waiting.succeeds(target.asking(Protocol.HTTP_2, own))) {
      target.create(connection, "/api/v1/namespaces", Bodies.namespace(namespace()));
    }
    Waiting.until(
        "the namespace's account",
        BETWEEN_LOOKS,
        () ->
            Waiting.succeeds(target.asking(Protocol.HTTP_2, path("serviceaccounts") + "/default")));
    connection.close();
  }

  /** From the moment it answers. */
  private void cold(ApiTarget target) {
    if (plan.coldSeconds() == 0) {
      return;
    }
    Traffic traffic = new Traffic(target, Protocol.HTTP_2, plan.mostClients());
    Result result =
        traffic.run(Duration.ofSeconds(plan.coldSeconds()), numbers, creating("configmaps"));
    traffic.close();
    figures.add(target.side(), ApiMeasure.COLD, result.perSecond());
    figures.add(target.side(), ApiMeasure.COLD_P99, result.latencies().percentileMillis(0.99));
    tell(target, "cold", result);
  }

  private void traffic(ApiTarget target) {
    warmUp(target);
    for (Protocol protocol : Protocol.values()) {
      for (int clients : plan.clients()) {
        Traffic traffic = new Traffic(target, protocol, clients);
        int first = numbers.get();
        measure(target, traffic, ApiMeasure.creates(protocol, clients), creating("configmaps"));
        IntFunction<Question> reading = reading("configmaps", first, numbers.get() - first);
        measure(target, traffic, ApiMeasure.gets(protocol, clients), reading);
        traffic.close();
      }
    }
  }

  /** One client alone would not have a server's code compiled in the time that is measured. */
  private void warmUp(ApiTarget target) {
    Duration time = Duration.ofMillis(plan.millis());
    for (Protocol protocol : Protocol.values()) {
      Traffic traffic = new Traffic(target, protocol, plan.mostClients());
      int first = numbers.get();
      traffic.run(time, numbers, creating("configmaps"));
      traffic.run(time, numbers, reading("configmaps", first, numbers.get() - first));
      traffic.close();
    }
  }

  /** Once that does not count, once that does. */
  private void measure(
      ApiTarget target, Traffic traffic, ApiMeasure measure, IntFunction<Question> questions) {
    Duration time = Duration.ofMillis(plan.millis());
    traffic.run(time.dividedBy(2), numbers, questions);
    long before = target.processorMillis();
    Result result = traffic.run(time, numbers, questions);
    long used = target.processorMillis() - before;
    Latencies latencies = result.latencies();
    figures.add(target.side(), measure, result.perSecond());
    figures.add(target.side(), measure.p50(), latencies.percentileMillis(0.5));
    figures.add(target.side(), measure.p99(), latencies.percentileMillis(0.99));
    if (target.isMeasured()) {
      figures.add(target.side(), measure.cpu(), (double) used / latencies.count());
    }
    tell(target, measure.title(), result);
  }

  private void tell(ApiTarget target, String what, Result result) {
    progress.accept(
        "%s, %s: %,.0f/s, p99 %.2f ms"
            .formatted(
                target.side().label(),
                what,
                result.perSecond(),
                result.latencies().percentileMillis(0.99)));
  }

  private IntFunction<Question> creating(String resource) {
    String path = path(resource);
    return number ->
        new Question(
            path,
            resource.equals("pods")
                ? Bodies.pod(name(number))
                : Bodies.configMap(name(number), "traffic"));
  }

  /** Those that were created under {@code count} numbers from {@code first} on. */
  private IntFunction<Question> reading(String resource, int first, int count) {
    String path = path(resource);
    // The last may not have been asked for, as each client takes a number and then the time is up.
    int sure = Math.max(1, Math.min(count / 2, count - LEAST_READ));
    return number -> new Question(path + "/" + name(first + number % sure), null);
  }

  private String name(int number) {
    return "object-%s-%d".formatted(run, number);
  }

  private void pods(ApiTarget target) throws IOException, InterruptedException {
    if (plan.pods() == 0) {
      return;
    }
    target.collectGarbage();
    double empty = target.residentMiB();
    Traffic traffic = new Traffic(target, Protocol.HTTP_2, ApiMeasure.POD_CLIENTS);
    int first = numbers.get();
    long before = target.processorMillis();
    Result created = traffic.run(plan.pods(), numbers, creating("pods"));
    figures.add(target.side(), ApiMeasure.PODS, created.perSecond());
    figures.add(target.side(), ApiMeasure.PODS_P99, created.latencies().percentileMillis(0.99));
    if (target.isMeasured()) {
      double each = (double) (target.processorMillis() - before) / plan.pods();
      figures.add(target.side(), ApiMeasure.PODS_CPU, each);
    }
    tell(target, ApiMeasure.PODS.title(), created);
    target.collectGarbage();
    if (target.isMeasured()) {
      double each = (target.residentMiB() - empty) * KIB_PER_MIB / plan.pods();
      figures.add(target.side(), ApiMeasure.POD_KIB, each);
    }
    podGets(target, traffic, first);
    traffic.close();
    lists(target);
  }

  private void podGets(ApiTarget target, Traffic traffic, int first) {
    Duration time = Duration.ofMillis(plan.millis());
    IntFunction<Question> reading = reading("pods", first, plan.pods());
    traffic.run(time.dividedBy(2), numbers, reading);
    long before = target.processorMillis();
    Result read = traffic.run(time, numbers, reading);
    figures.add(target.side(), ApiMeasure.POD_GETS, read.perSecond());
    figures.add(target.side(), ApiMeasure.POD_GETS_P99, read.latencies().percentileMillis(0.99));
    if (target.isMeasured()) {
      double each = (double) (target.processorMillis() - before) / read.latencies().count();
      figures.add(target.side(), ApiMeasure.POD_GETS_CPU, each);
    }
    tell(target, ApiMeasure.POD_GETS.title(), read);
  }

  private void lists(ApiTarget target) throws IOException, InterruptedException {
    Lists.read(target, path("pods"), 1);
    long before = target.processorMillis();
    Lists.Result alone = Lists.read(target, path("pods"), 1);
    figures.add(target.side(), ApiMeasure.LIST_MIB, alone.bytes() / MIB);
    figures.add(target.side(), ApiMeasure.LIST, alone.seconds());
    if (target.isMeasured()) {
      figures.add(target.side(), ApiMeasure.LIST_CPU, (target.processorMillis() - before) / MILLIS);
    }
    target.collectGarbage();
    double resident = target.residentMiB();
    target.forgetPeak();
    Lists.Result many = Lists.read(target, path("pods"), plan.lists());
    figures.add(target.side(), ApiMeasure.LISTS, many.seconds());
    if (target.isMeasured()) {
      figures.add(target.side(), ApiMeasure.LISTS_RESIDENT, resident);
      figures.add(target.side(), ApiMeasure.LISTS_PEAK, target.peakMiB() - resident);
    }
    progress.accept(
        "%s, lists of %,d pods: %.2f s alone, %.2f s for %d at once"
            .formatted(
                target.side().label(), plan.pods(), alone.seconds(), many.seconds(), plan.lists()));
  }

  private void watches(ApiTarget target) {
    for (int watchers : plan.watchers()) {
      try (Watching watching = watching(target, watchers)) {
        addWatch(target, watchers, false, watching.run(plan.events()));
      }
    }
    for (int watchers : plan.watchers()) {
      if (watchers > 1) {
        try (Watching watching = watching(target, watchers)) {
          NetSocket frozen = watching.freeze();
          addWatch(target, watchers, true, watching.run(plan.events()));
          frozen.close();
        }
      }
    }
  }

  private Watching watching(ApiTarget target, int watchers) {
    String prefix = "watched-%s-%d-".formatted(run, numbers.getAndIncrement());
    return new Watching(target, path("configmaps"), prefix, watchers);
  }

  private void addWatch(ApiTarget target, int watchers, boolean frozen, Watching.Result result) {
    Latencies delays = result.delays();
    double write = result.writes().percentileMillis(0.5);
    double p50 = delays.percentileMillis(0.5);
    double p99 = delays.percentileMillis(0.99);
    figures.add(target.side(), ApiMeasure.watchP50(watchers, frozen), p50);
    figures.add(target.side(), ApiMeasure.watchP99(watchers, frozen), p99);
    figures.add(target.side(), ApiMeasure.watchWrite(watchers, frozen), write);
    progress.accept(
        "%s, %d watchers%s: p50 %.2f ms, p99 %.2f ms; writes p50 %.2f ms"
            .formatted(
                target.side().label(),
                watchers,
                frozen ? " beside a frozen one" : "",
                p50,
                p99,
                write));
  }
}
