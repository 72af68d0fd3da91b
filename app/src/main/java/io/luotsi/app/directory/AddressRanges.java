package io.luotsi.app.directory;

/**
 * The addresses of one cluster on this host: two neighbouring blocks of 65,536 loopback addresses,
 * which every user may bind. Clusters of one host claim different slots ({@link RangeClaims}).
 *
 * @param slot 0 to {@link #SLOTS} - 1
 */
public record AddressRanges(int slot) {
  /** How many clusters a host can hold. */
  public static final int SLOTS = 119;

  /** The last node's number: what is behind it is the API's. */
  static final int LAST_NODE = 254;

  /** Leaves 127.0.0.0/12 to what else lives on loopback: resolvers, the host's own name. */
  private static final int FIRST_BLOCK = 16;

  public AddressRanges {
    if (slot < 0 || slot >= SLOTS) {
      throw new IllegalArgumentException("no such slot: " + slot);
    }
  }

  private int podBlock() {
    return FIRST_BLOCK + 2 * slot;
  }

  /** Pods of all nodes. */
  public String podRange() {
    return "127." + podBlock() + ".0.0/16";
  }

  /**
   * Pods of one node.
   *
   * @param node 0 to 254
   */
  public String podRange(int node) {
    return "127." + podBlock() + "." + node + ".0/24";
  }

  /**
   * Where pods reach the API whatever it listens on besides: an address of the pod range, because
   * endpoints may have no other loopback address, in a block that no node gets.
   */
  public String apiAddress() {
    return "127." + podBlock() + ".255.1";
  }

  public String serviceRange() {
    return "127." + (podBlock() + 1) + ".0.0/16";
  }

  /** The address of the Service {@code kubernetes}: the first of the range. */
  public String firstServiceAddress() {
    return "127." + (podBlock() + 1) + ".0.1";
  }
}
