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

  static final Measure WRITES_BESIDE =
      Measure.more(
          "writes_beside_all",
          "writes/s, %s, while all objects are held"
              .formatted(StorePlan.clients(Volume.WRITERS_BESIDE)));

  static final Measure P99_BESIDE =
      Measure.less("p99_millis_beside_all", "p99 of these writes, ms");

  /** Whatever stops a server, or holds it up, shows here. */
  static final Measure LONGEST_BESIDE =
      Measure.less("longest_millis_beside_all", "the longest of these writes, ms");

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

  /**
   * The longest time without an acknowledged write.
   *
   * @param objects that the members hold; 0 for none to speak of
   */
  static Measure lost(LeaderLosses.Way way, int objects) {
    String key =
        switch (way) {
          case KILLED -> "failover_millis";
          case STOPPED -> "handover_millis";
        };
    String title = way.signal() + " of the leader to the next acknowledged write";
    return objects == 0
        ? Measure.less(key, title + ", ms")
        : Measure.less(key + "_beside_all", "%s, %,d objects held, ms".formatted(title, objects));
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
