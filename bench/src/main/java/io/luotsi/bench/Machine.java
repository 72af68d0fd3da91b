package io.luotsi.bench;

import java.lang.management.ManagementFactory;

/** What figures were measured on. */
public record Machine(int cores, String java, String system) {
  /** The one that this runs on. */
  public static Machine own() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        Runtime.version().toString(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }

  /** Its load average over the last minute. */
  public static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }
}
