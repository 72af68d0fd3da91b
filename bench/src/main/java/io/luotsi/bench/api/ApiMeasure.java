package io.luotsi.bench.api;

/**
 * Something that is measured.
 *
 * @param key in JSON
 * @param title for people, with the unit
 * @param goal what it should come to, as docs/benchmarks.md explains; empty if there is none
 */
record ApiMeasure(String key, String title, String goal) {
  /** How many clients load pods and read them. */
  static final int POD_CLIENTS = 64;

  private static final int MANY = 128;
  private static final int SOME_WATCHERS = 50;

  static final ApiMeasure COLD =
      new ApiMeasure(
          "cold_creates",
          "create ConfigMap/s in the first seconds of a server, HTTP/2",
          "2,400-3,700");
  static final ApiMeasure COLD_P99 =
      new ApiMeasure("cold_creates_p99_millis", "p99 of these, ms", "84-120");
  static final ApiMeasure PODS =
      new ApiMeasure("pod_creates", "create Pod/s, 64 clients, HTTP/2", ">= 4 x 1,720-2,790");
  static final ApiMeasure PODS_P99 =
      new ApiMeasure("pod_creates_p99_millis", "p99 of these, ms", "<= 1/3 of 62-93");
  static final ApiMeasure PODS_CPU =
      new ApiMeasure(
          "pod_creates_cpu_millis", "server CPU of one of these, ms", "<= 1/5 of 0.65-1.05");
  static final ApiMeasure POD_GETS =
      new ApiMeasure("pod_gets", "get Pod/s, 64 clients, HTTP/2", ">= 3 x 4,000-7,500");
  static final ApiMeasure POD_GETS_P99 =
      new ApiMeasure("pod_gets_p99_millis", "p99 of these, ms", "");
  static final ApiMeasure POD_GETS_CPU =
      new ApiMeasure("pod_gets_cpu_millis", "server CPU of one of these, ms", "");
  static final ApiMeasure POD_KIB =
      new ApiMeasure("pod_resident_kib", "resident memory of one pod, KiB", "<= 5");
  static final ApiMeasure LIST_MIB = new ApiMeasure("list_mib", "all pods in a list, MiB", "");
  static final ApiMeasure LIST =
      new ApiMeasure("list_seconds", "list of all pods alone, s", "<= 1/8 of 0.60-0.96 (20,000)");
  static final ApiMeasure LIST_CPU = new ApiMeasure("list_cpu_seconds", "server CPU of it, s", "");
  static final ApiMeasure LISTS =
      new ApiMeasure(
          "lists_seconds", "several such lists at once, s", "<= 1/8 of 5.8-8.8 (16 of 20,000)");
  static final ApiMeasure LISTS_RESIDENT =
      new ApiMeasure("lists_resident_mib", "server's resident memory before these, MiB", "");
  static final ApiMeasure LISTS_PEAK =
      new ApiMeasure("lists_growth_mib", "how much that grew at its peak, MiB", "<= 64");

  static ApiMeasure creates(Protocol protocol, int clients) {
    String goal =
        switch (protocol) {
          case HTTP_2 -> clients == MANY ? ">= 4 x 2,400-3,700" : "";
          case HTTP_1 -> clients == MANY ? ">= 2 x 2,400-3,700" : "";
        };
    return new ApiMeasure(
        key("creates", protocol, clients),
        title("create ConfigMap/s", protocol, clients),
        clients == 1 ? ">= 910-1,370" : goal);
  }

  static ApiMeasure gets(Protocol protocol, int clients) {
    return new ApiMeasure(
        key("gets", protocol, clients), title("get ConfigMap/s", protocol, clients), "");
  }

  /** Half of all took no longer. */
  ApiMeasure p50() {
    return new ApiMeasure(key + "_p50_millis", "  p50, ms", "");
  }

  ApiMeasure p99() {
    boolean manyCreates = key.startsWith("creates") && key.endsWith("_" + MANY);
    return new ApiMeasure(key + "_p99_millis", "  p99, ms", manyCreates ? "<= 1/3 of 84-120" : "");
  }

  /** Processor time of the server for one. */
  ApiMeasure cpu() {
    return new ApiMeasure(
        key + "_cpu_millis",
        "  server CPU of one, ms",
        key.startsWith("creates") ? "<= 1/5 of 0.45-0.73" : "");
  }

  static ApiMeasure watchP50(int watchers, boolean frozen) {
    String goal =
        switch (watchers) {
          case 1 -> "<= 0.7-2.5";
          case SOME_WATCHERS -> frozen ? "" : "<= 1/2 of 1.4-3.2";
          default -> "";
        };
    return new ApiMeasure(
        "watch_p50_millis_" + watchers + (frozen ? "_frozen" : ""),
        watchTitle("p50", watchers, frozen),
        goal);
  }

  static ApiMeasure watchP99(int watchers, boolean frozen) {
    String goal =
        switch (watchers) {
          case 1 -> "<= 2.4-4.3";
          case SOME_WATCHERS -> frozen ? "moves <= 10 %" : "<= 1/2 of 3.4-6.4";
          default -> frozen ? "moves <= 10 %" : "";
        };
    return new ApiMeasure(
        "watch_p99_millis_" + watchers + (frozen ? "_frozen" : ""),
        watchTitle("p99", watchers, frozen),
        goal);
  }

  /** The writes' own time, which is part of the delivery's. */
  static ApiMeasure watchWrite(int watchers, boolean frozen) {
    return new ApiMeasure(
        "watch_write_p50_millis_" + watchers + (frozen ? "_frozen" : ""),
        "  POST to its own answer meanwhile, p50, ms",
        "");
  }

  private static String watchTitle(String what, int watchers, boolean frozen) {
    return "POST to delivery, %,d %s%s, %s, ms"
        .formatted(
            watchers,
            watchers == 1 ? "watcher" : "watchers",
            frozen ? " beside a frozen one" : "",
            what);
  }

  private static String key(String what, Protocol protocol, int clients) {
    return what + "_" + protocol.key() + "_" + clients;
  }

  private static String title(String what, Protocol protocol, int clients) {
    return "%s, %d %s, %s"
        .formatted(what, clients, clients == 1 ? "client" : "clients", protocol.title());
  }
}
