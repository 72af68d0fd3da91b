package io.luotsi.persistence.raft;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftConfiguration;

/**
 * Who takes part in a group, as the newest configuration in a member's log has it: Raft's word, and
 * the last one.
 *
 * @param voters those who elect, in order of their ids
 * @param listeners those who have the log and do not elect, in order of their ids
 * @param changing whether it is on its way from another one
 */
record Configuration(List<Peer> voters, List<Peer> listeners, boolean changing) {
  Configuration {
    voters = List.copyOf(voters);
    listeners = List.copyOf(listeners);
  }

  static Configuration of(RaftConfiguration configuration) {
    return new Configuration(
        peers(configuration.getCurrentPeers(RaftPeerRole.FOLLOWER)),
        peers(configuration.getCurrentPeers(RaftPeerRole.LISTENER)),
        !configuration.getPreviousPeers(RaftPeerRole.FOLLOWER).isEmpty());
  }

  private static List<Peer> peers(Collection<RaftPeer> peers) {
    return peers.stream().map(Configuration::peer).sorted(Comparator.comparing(Peer::id)).toList();
  }

  private static Peer peer(RaftPeer peer) {
    int colon = peer.getAddress().lastIndexOf(':');
    return new Peer(
        peer.getId().toString(),
        peer.getAddress().substring(0, colon),
        Integer.parseInt(peer.getAddress().substring(colon + 1)));
  }

  Stream<Peer> all() {
    return Stream.concat(voters.stream(), listeners.stream());
  }

  Set<String> ids() {
    Set<String> ids = new HashSet<>();
    all().forEach(peer -> ids.add(peer.id()));
    return ids;
  }

  Optional<Peer> voter(String id) {
    return voters.stream().filter(peer -> peer.id().equals(id)).findFirst();
  }

  boolean hasListener(String id) {
    return listeners.stream().anyMatch(peer -> peer.id().equals(id));
  }

  Configuration withListener(Peer peer) {
    return new Configuration(voters, with(listeners, peer), false);
  }

  Configuration withVoter(Peer peer) {
    return new Configuration(with(voters, peer), listeners, false);
  }

  Configuration without(Peer peer) {
    return new Configuration(without(voters, peer), without(listeners, peer), false);
  }

  private static List<Peer> with(List<Peer> peers, Peer another) {
    List<Peer> more = new ArrayList<>(peers);
    more.add(another);
    return more;
  }

  private static List<Peer> without(List<Peer> peers, Peer one) {
    return peers.stream().filter(peer -> !peer.id().equals(one.id())).toList();
  }
}
