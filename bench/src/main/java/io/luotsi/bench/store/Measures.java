package io.luotsi.bench.store;

/** All that is measured. Ratios are Luotsi's median by etcd's. */
final class Measures {
  static final Measure RESIDENT =
      Measure.less("resident_mib", "resident memory of a server that holds all objects, MiB");

  static final Measure MEMORY =
      Measure.less("memory_mib_per_100000", "resident memory per 100,000 objects, MiB");

  static final Measure MEMORY_WITH_CACHE =
      Measure.less(
          "memory_with_watch_cache_mib_per_100000",
          "the same, etcd's with the least that a watch cache takes, MiB");

  static final Measure LIST_OBJECTS =
      Measure.more("list_objects_per_second", "list of all objects, objects/s");

  static final Measure LIST_BYTES =
      Measure.more("list_mib_per_second", "list of all objects, MiB/s");

  static final Measure START =
      Measure.less("start_millis", "start with all objects to the first consistent answer, ms");

  static final Measure RESIDENT_AFTER_START =
      Measure.less("resident_after_start_mib", "resident memory after that start, MiB");

  static final Measure WATCH_EVENTS =
      Measure.more("watch_events_per_second", "watch fan-out, events delivered/s");

  static final Measure WATCH_P50 =
      Measure.less("watch_delay_p50_millis", "watch, write to delivery at 10 writes/s, p50, ms");

  static final Measure WATCH_P99 =
      Measure.less("watch_delay_p99_millis", "watch, write to delivery at 10 writes/s, p99, ms");

  static final Measure FAILOVER =
      Measure.less("failover_millis", "kill -9 of the leader to the next acknowledged write, ms");

  private Measures() {}

  static Measure writes(int clients) {
    return Measure.more("writes_" + clients, "writes/s, " + StorePlan.clients(clients));
  }

  static Measure p50(int clients) {
    return Measure.less(
        "p50_millis_" + clients, "p50 of a write, ms, " + StorePlan.clients(clients));
  }

  static Measure p99(int clients) {
    return Measure.less(
        "p99_millis_" + clients, "p99 of a write, ms, " + StorePlan.clients(clients));
  }

  /** Of all members together. */
  static Measure serverProcessor(int clients) {
    return Measure.less(
        "server_cpu_seconds_" + clients,
        "server CPU s per 10,000 writes, " + StorePlan.clients(clients));
  }

  static Measure clientProcessor(int clients) {
    return Measure.less(
        "client_cpu_seconds_" + clients,
        "client CPU s per 10,000 writes, " + StorePlan.clients(clients));
  }
}
