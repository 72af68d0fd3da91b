package io.luotsi.persistence.raft;

/**
 * A member as its peers know it.
 *
 * @param id its {@link MemberIdentity#peerId}
 * @param host and {@code port}: where Raft reaches it; both stay what they are as long as it lives
 */
public record Peer(String id, String host, int port) {
  /** The member's name, which later members that take its place share. */
  public String name() {
    return MemberIdentity.nameOf(id);
  }
}
