package io.luotsi.app.directory;

import io.luotsi.app.BadInput;
import io.luotsi.app.PlainFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The ports of a cluster before it is founded: the API's, which people choose, and each member's.
 * All are below 32768, outside the range from which the kernel gives ports to clients.
 *
 * @param port of the API, which the control-plane members share
 * @param seats without peer ids
 */
public record Seating(int port, List<Seat> seats) {
  /** Members talk to each other here; on one host that is loopback. */
  static final String INTERNAL = "127.0.0.1";

  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_600;
  private static final int STEP = 10;
  private static final int ATTEMPTS = 200;
  private static final int LAST_PORT = 32_767;

  /** Of one that was founded alone: its own API's port, counted from the shared one. */
  private static final int ALONE_API = 3;

  public Seating {
    seats = List.copyOf(seats);
  }

  /**
   * Chooses ports at which nobody listens.
   *
   * @param port 0 for any
   * @param bind where the API is to listen
   * @param controlPlane at least 1; a cluster of one has its ports one after the other
   * @throws PlainFailure if a port that is wanted is busy
   * @throws BadInput if the host has no such address
   */
  public static Seating choose(int port, String bind, int controlPlane, int workers) {
    if (port != 0) {
      return at(port, bind, controlPlane, workers);
    }
    RandomGenerator random = RandomGenerator.getDefault();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int any = LOWEST + STEP * random.nextInt((HIGHEST - LOWEST) / STEP);
      if (!isTaken(bind, any)
          && (controlPlane + workers > 1
              || IntStream.rangeClosed(1, ALONE_API)
                  .noneMatch(more -> isTaken(INTERNAL, any + more)))) {
        return at(any, bind, controlPlane, workers);
      }
    }
    throw new PlainFailure("found no free ports between " + LOWEST + " and " + HIGHEST);
  }

  private static Seating at(int port, String bind, int controlPlane, int workers) {
    requireFree(bind, port);
    if (controlPlane + workers == 1) {
      requireFree(INTERNAL, port + 1);
      requireFree(INTERNAL, port + 2);
      requireFree(INTERNAL, port + ALONE_API);
      return new Seating(port, List.of(alone(port)));
    }
    Free free = new Free(port);
    List<Seat> seats = new ArrayList<>();
    for (int number = 0; number < controlPlane; number++) {
      seats.add(
          new Seat(
              number,
              "node-" + (number + 1),
              Role.CONTROL_PLANE,
              "",
              INTERNAL,
              free.next(),
              free.next(),
              free.next()));
    }
    for (int number = controlPlane; number < controlPlane + workers; number++) {
      seats.add(
          new Seat(
              number,
              "worker-" + (number - controlPlane + 1),
              Role.WORKER,
              "",
              INTERNAL,
              free.next(),
              0,
              free.next()));
    }
    return new Seating(port, seats);
  }

  /** The one seat of a cluster of one that had no port to itself. */
  static Seat aloneInFormatOne(int port) {
    return new Seat(0, "node-1", Role.CONTROL_PLANE, "", INTERNAL, port, port + 1, port + 2);
  }

  /** The one seat of a cluster of one. */
  static Seat alone(int port) {
    return new Seat(
        0, "node-1", Role.CONTROL_PLANE, "", INTERNAL, port + ALONE_API, port + 1, port + 2);
  }

  /**
   * A place for one more member, on ports that none of the others has and at which nobody listens.
   *
   * @throws PlainFailure if there is no room for another node
   */
  public static Seat another(ClusterIdentity identity, String name, Role role) {
    Set<Integer> numbers = new HashSet<>();
    Set<Integer> taken = new HashSet<>(Set.of(0, identity.port()));
    for (Seat seat : identity.seats()) {
      numbers.add(seat.number());
      taken.addAll(List.of(seat.apiPort(), seat.raftPort(), seat.arteryPort()));
    }
    int number =
        IntStream.rangeClosed(0, AddressRanges.LAST_NODE)
            .filter(one -> !numbers.contains(one))
            .findFirst()
            .orElseThrow(() -> new PlainFailure("the cluster has no addresses for another node"));
    Free free = new Free(identity.port(), taken);
    return new Seat(
        number,
        name,
        role,
        "",
        INTERNAL,
        free.next(),
        role == Role.CONTROL_PLANE ? free.next() : 0,
        free.next());
  }

  /** Ports that follow the first one, those left out that are taken. */
  private static final class Free {
    private final int first;
    private final Set<Integer> given;
    private int last;

    private Free(int first) {
      this(first, Set.of());
    }

    /**
     * @param given to somebody who need not listen now
     */
    private Free(int first, Set<Integer> given) {
      this.first = first;
      this.given = given;
      this.last = first;
    }

    int next() {
      do {
        last = last == LAST_PORT ? LOWEST : last + 1;
        if (last == first) {
          throw new PlainFailure("found no free ports between " + LOWEST + " and " + LAST_PORT);
        }
      } while (given.contains(last) || isTaken(INTERNAL, last));
      return last;
    }
  }

  /**
   * @throws PlainFailure if somebody listens there
   */
  public static void requireFree(String host, int port) {
    if (isTaken(host, port)) {
      throw new PlainFailure(
          "port %d of %s is busy; choose another with --port N, or any free one with --port 0"
              .formatted(port, host));
    }
  }

  private static boolean isTaken(String host, int port) {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (IOException e) {
      throw new BadInput("there is no address " + host, e);
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, port));
      return false;
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("Cannot assign")) {
        throw new BadInput("this machine has no address " + host, e);
      }
      return true;
    }
  }
}
