package io.luotsi.app.directory;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * The place of one JVM in its cluster, given to it by whoever founds the cluster or adds the
 * member, and kept for ever.
 *
 * @param number from 0, unique among those that are there, which also chooses its node's range of
 *     pod addresses
 * @param name of the member and of its node
 * @param peerId as its peers in Raft know it; empty for a worker
 * @param host where the other members reach it
 * @param apiPort of its own HTTPS API, which no other member shares
 * @param raftPort 0 for a worker
 * @param arteryPort where its ActorSystem is reached
 */
public record Seat(
    int number,
    String name,
    Role role,
    String peerId,
    String host,
    int apiPort,
    int raftPort,
    int arteryPort) {

  @JsonIgnore
  public boolean isControlPlane() {
    return role == Role.CONTROL_PLANE;
  }

  Seat knownAs(String newPeerId) {
    return new Seat(number, name, role, newPeerId, host, apiPort, raftPort, arteryPort);
  }

  /** The same member on the ports of another seat. */
  Seat at(Seat ports) {
    return new Seat(
        number,
        name,
        role,
        peerId,
        ports.host(),
        ports.apiPort(),
        ports.raftPort(),
        ports.arteryPort());
  }

  /** Host and port of its own API. */
  public String address() {
    return host + ":" + apiPort;
  }
}
