package io.luotsi.http.flowcontrol;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Authorizer.Attributes;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.core.flowcontrol.FlowSchema;
import io.luotsi.core.flowcontrol.Flows;
import io.luotsi.core.flowcontrol.PriorityLevel;
import io.luotsi.core.flowcontrol.QueueSet;
import io.luotsi.core.flowcontrol.QueueSet.Request;
import io.luotsi.core.flowcontrol.SeatLending;
import io.luotsi.core.flowcontrol.SeatLimits;
import io.luotsi.core.flowcontrol.StoredFlows;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Store;
import io.luotsi.http.codec.Replies;
import io.luotsi.http.metrics.FlowMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * API Priority and Fairness: every request takes seats of its priority level before it is answered,
 * and gives them back with its answer, whatever that is. Who finds none free waits a bounded time
 * in a bounded queue, or is refused, as the level says. Levels lend each other seats. One for all
 * listeners of a process, and for any number of threads; a request that finds seats free is
 * answered on its own thread.
 *
 * <p>A watch has its seat until it begins. The body of an answer is sent without a seat, so that a
 * client that does not read holds none.
 *
 * @see "Source: apiserver pkg/server/filters priority-and-fairness.go; ADR-0023"
 */
public final class FlowControl {
  /**
   * How often seats are lent anew.
   *
   * @see "Source: apiserver pkg/util/flowcontrol borrowingAdjustmentPeriod"
   */
  public static final Duration ADJUSTMENT = Duration.ofSeconds(10);

  private static final int OBJECTS_A_SEAT = 100;

  private static final Outcome<ResourceSnapshot> UNKNOWN =
      Outcome.rejected(new Rejection.TooManyRequests("not known yet", Duration.ofSeconds(1)));

  /**
   * @param seats of this process, which the levels share
   * @param patience how long a request waits at most
   */
  public record Limits(int seats, Duration patience) {
    /** Upstream's. */
    public static final Limits DEFAULT = new Limits(600, Duration.ofSeconds(15));
  }

  /**
   * All that is known of a schema's requests.
   *
   * @param widest most seats that one of them takes
   */
  private record Route(
      Level level,
      boolean exempt,
      int widest,
      FlowMetrics.Series series,
      List<HttpHeader> headers) {}

  /**
   * @param routes by name of their schema
   */
  private record Applied(Flows flows, Map<String, Route> routes) {}

  private final Store store;
  private final Supplier<Flows> stored;
  private final Limits limits;
  private final FlowMetrics metrics;
  private final Executor executor;
  private final Map<String, Level> levels = new HashMap<>();
  private volatile Applied applied = new Applied(Flows.MANDATORY, Map.of());

  /**
   * @param executor answers those that have waited
   */
  public FlowControl(Store store, Limits limits, FlowMetrics metrics, Executor executor) {
    this.store = store;
    this.stored = new StoredFlows(store);
    this.limits = limits;
    this.metrics = metrics;
    this.executor = executor;
    apply(Flows.MANDATORY);
  }

  /**
   * A request.
   *
   * @param limit of a list that is asked for in pieces, 0 otherwise
   * @param answer is asked once at most
   * @return the answer with its seats given back, or 429
   */
  public CompletionStage<HttpResponse> through(
      UserInfo user, Attributes asked, long limit, Supplier<CompletionStage<HttpResponse>> answer) {
    Applied now = current();
    Flows.Place place = now.flows.place(user, asked);
    Route route = now.routes.get(place.schema().name());
    FlowMetrics.Series series = route.series;
    int seats = seats(asked, limit, route.widest);
    series.wanted(seats);
    boolean watch = isWatch(asked);
    if (route.exempt) {
      route.level.exempt(seats);
      return answered(series, seats, watch, answer, () -> route.level.exempt(-seats))
          .thenApply(response -> response.addHeaders(route.headers));
    }
    Level level = route.level;
    return switch (level.ask(place.schema().name(), place.flow(), seats)) {
      case Level.Answer.Go(Request<Level.Wait> request) -> {
        series.waited(0, true);
        yield answered(series, request.seats(), watch, answer, () -> level.end(request))
            .thenApply(response -> response.addHeaders(route.headers));
      }
      case Level.Answer.No(QueueSet.Refusal why) ->
          CompletableFuture.completedFuture(refused(route, why));
      case Level.Answer.Queued(Request<Level.Wait> request, int ahead) ->
          waiting(route, request, ahead, watch, answer);
    };
  }

  private CompletionStage<HttpResponse> waiting(
      Route route,
      Request<Level.Wait> request,
      int ahead,
      boolean watch,
      Supplier<CompletionStage<HttpResponse>> answer) {
    long since = System.nanoTime();
    route.series.queued(ahead, request.seats());
    return request
        .owner()
        .completeOnTimeout(Level.End.TIME_OUT, limits.patience().toMillis(), TimeUnit.MILLISECONDS)
        .thenComposeAsync(
            end -> {
              boolean go = end == Level.End.GO;
              route.series.leftQueue(request.seats());
              route.series.waited(System.nanoTime() - since, go);
              if (!go) {
                route.level.giveUp(request);
                return CompletableFuture.completedFuture(refused(route, QueueSet.Refusal.TIME_OUT));
              }
              return answered(
                      route.series, request.seats(), watch, answer, () -> route.level.end(request))
                  .thenApply(response -> response.addHeaders(route.headers));
            },
            executor);
  }

  private static CompletionStage<HttpResponse> answered(
      FlowMetrics.Series series,
      int seats,
      boolean watch,
      Supplier<CompletionStage<HttpResponse>> answer,
      Runnable done) {
    long since = System.nanoTime();
    series.begins(seats);
    CompletionStage<HttpResponse> response;
    try {
      response = answer.get();
    } catch (RuntimeException bug) {
      response = CompletableFuture.failedFuture(bug);
    }
    return response.whenComplete(
        (answered, failure) -> {
          series.ends(seats, System.nanoTime() - since, watch);
          done.run();
        });
  }

  private static HttpResponse refused(Route route, QueueSet.Refusal why) {
    route.series.rejected(why.word());
    return Replies.rejected(
            new Rejection.TooManyRequests(
                "Too many requests, please try again later.", Duration.ofSeconds(1)))
        .addHeaders(route.headers);
  }

  private static boolean isWatch(Attributes asked) {
    return asked instanceof Attributes.Resource resource && resource.verb().equals("watch");
  }

  /** What it costs: a list by its length, at most {@code widest}, anything else one seat. */
  private int seats(Attributes asked, long limit, int widest) {
    if (!(asked instanceof Attributes.Resource resource) || !resource.verb().equals("list")) {
      return 1;
    }
    Outcome<ResourceSnapshot> objects =
        store
            .read(new GroupResource(resource.group(), resource.resource()), ReadVersion.ANY)
            .toCompletableFuture()
            .getNow(UNKNOWN);
    if (!(objects instanceof Outcome.Done<ResourceSnapshot>(ResourceSnapshot snapshot))) {
      return 1;
    }
    long length = snapshot.objects().size();
    long looked = limit > 0 ? Math.min(length, 2 * limit) : length;
    return Math.clamp((looked + OBJECTS_A_SEAT - 1) / OBJECTS_A_SEAT, 1, widest);
  }

  private Applied current() {
    Flows now = stored.get();
    return applied.flows == now ? applied : apply(now);
  }

  private synchronized Applied apply(Flows flows) {
    if (applied.flows == flows && !applied.routes.isEmpty()) {
      return applied;
    }
    Map<String, Route> routes = new HashMap<>();
    for (PriorityLevel level : flows.levels()) {
      SeatLimits between = flows.limits(level, limits.seats());
      Level known = levels.get(level.name());
      if (known == null) {
        levels.put(level.name(), new Level(level, between));
      } else {
        known.describe(level, between);
      }
      metrics.limits(level.name(), between);
    }
    // Who waits at a level that is gone gets its seats all the same.
    levels.keySet().removeIf(name -> flows.levels().stream().noneMatch(l -> l.name().equals(name)));
    for (FlowSchema schema : flows.schemas()) {
      PriorityLevel level = flows.level(schema.level());
      Level seats = Objects.requireNonNull(levels.get(level.name()));
      routes.put(
          schema.name(),
          new Route(
              seats,
              level.exempt(),
              flows.limits(level, limits.seats()).widest(level.queuing()),
              metrics.series(level.name(), schema.name()),
              List.of(
                  RawHeader.create("X-Kubernetes-PF-FlowSchema-UID", schema.uid()),
                  RawHeader.create("X-Kubernetes-PF-PriorityLevel-UID", level.uid()))));
    }
    applied = new Applied(flows, Map.copyOf(routes));
    adjust();
    return applied;
  }

  /**
   * Lends the seats that some levels do not need to those that need them, by what has been asked of
   * all since this was last done. To be called every {@link #ADJUSTMENT}.
   */
  public synchronized void adjust() {
    List<String> names = new ArrayList<>(levels.keySet());
    List<SeatLending.Level> asked = names.stream().map(name -> levels.get(name).review()).toList();
    SeatLending.Adjustment adjustment = SeatLending.adjust(asked);
    metrics.fairFraction(adjustment.fraction());
    for (int i = 0; i < names.size(); i++) {
      SeatLending.Lent lent = adjustment.levels().get(i);
      levels.get(names.get(i)).lend(lent.limit());
      metrics.adjusted(names.get(i), asked.get(i).demand(), lent);
    }
  }

  /** Seats that are taken at this moment, of all levels that are not exempt. */
  public synchronized int seatsInUse() {
    return levels.values().stream().mapToInt(Level::seatsInUse).sum();
  }
}
