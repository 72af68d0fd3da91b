package io.luotsi.node.runtime;

import java.util.BitSet;

/**
 * Hands out the addresses of one range, in turn, so that one that was given back is not the next to
 * be given out: clients may still hold it.
 */
public final class PodAddresses {
  private final String cidr;
  private final int base;
  private final int size;
  private final BitSet taken = new BitSet();
  private int next = 1;

  /**
   * @param cidr such as {@code 127.32.0.0/24}; network and broadcast address are never given out
   * @throws IllegalArgumentException if that is not a range of IPv4 with at least two hosts
   */
  public PodAddresses(String cidr) {
    int slash = cidr.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("not a CIDR: " + cidr);
    }
    int bits = Integer.parseInt(cidr.substring(slash + 1));
    if (bits < 8 || bits > 30) {
      throw new IllegalArgumentException("a pod range is of 8 to 30 bits: " + cidr);
    }
    this.cidr = cidr;
    this.size = 1 << (32 - bits);
    this.base = parse(cidr.substring(0, slash)) & -size;
  }

  public synchronized String take() throws ContainerRuntimeException {
    for (int i = 0; i < size - 2; i++) {
      int candidate = 1 + (next - 1 + i) % (size - 2);
      if (!taken.get(candidate)) {
        taken.set(candidate);
        next = candidate + 1;
        return format(base + candidate);
      }
    }
    throw new ContainerRuntimeException(
        "FailedCreatePodSandBox", "no address is free in the pod range " + cidr);
  }

  /** Marks what a pod of an earlier JVM has. Addresses of another range are not ours to mark. */
  public synchronized void claim(String address) {
    int offset = parse(address) - base;
    if (offset > 0 && offset < size - 1) {
      taken.set(offset);
      next = Math.max(next, offset + 1);
    }
  }

  public synchronized void release(String address) {
    int offset = parse(address) - base;
    if (offset > 0 && offset < size - 1) {
      taken.clear(offset);
    }
  }

  private static int parse(String address) {
    String[] parts = address.split("\\.");
    if (parts.length != 4) {
      throw new IllegalArgumentException("not an IPv4 address: " + address);
    }
    int value = 0;
    for (String part : parts) {
      int number = Integer.parseInt(part);
      if (number < 0 || number > 255) {
        throw new IllegalArgumentException("not an IPv4 address: " + address);
      }
      value = value << 8 | number;
    }
    return value;
  }

  private static String format(int address) {
    return (address >>> 24)
        + "."
        + (address >>> 16 & 255)
        + "."
        + (address >>> 8 & 255)
        + "."
        + (address & 255);
  }
}
