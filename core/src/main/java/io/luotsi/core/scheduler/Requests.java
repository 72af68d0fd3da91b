package io.luotsi.core.scheduler;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a pod takes from its node.
 *
 * @param ephemeralBytes local ephemeral storage
 * @param extended every other resource, in its own whole units, by name
 * @param scoredCpuMillis as {@code cpuMillis}, but containers that ask for nothing count as asking
 *     for a little, so that they are not all heaped onto one node; likewise {@code
 *     scoredMemoryBytes}
 */
public record Requests(
    long cpuMillis,
    long memoryBytes,
    long ephemeralBytes,
    SortedMap<String, Long> extended,
    long scoredCpuMillis,
    long scoredMemoryBytes) {

  public Requests {
    if (cpuMillis < 0 || memoryBytes < 0 || ephemeralBytes < 0) {
      throw new IllegalArgumentException("a request below zero");
    }
    extended = Collections.unmodifiableSortedMap(new TreeMap<>(extended));
  }

  /** Whether the pod asks for neither CPU nor memory. */
  boolean bestEffort() {
    return cpuMillis == 0 && memoryBytes == 0;
  }
}
