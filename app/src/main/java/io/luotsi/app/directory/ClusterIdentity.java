package io.luotsi.app.directory;

/**
 * What a cluster is known by, made at its first start and kept for ever.
 *
 * @param format of the data directory; a newer one than we know is refused
 * @param port of the HTTPS API; what belongs to members follows from it
 * @param slot which pair of loopback ranges the cluster has claimed; see {@link AddressRanges}
 */
public record ClusterIdentity(int format, String uid, int port, int slot) {
  static final int FORMAT = 1;

  /** While the first claim is being made. */
  static final int NO_SLOT = -1;

  public AddressRanges ranges() {
    return new AddressRanges(slot);
  }
}
