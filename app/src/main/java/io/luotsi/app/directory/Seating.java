package io.luotsi.app.directory;

import io.luotsi.app.PlainFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The ports of a cluster before it is founded: the API's, which people choose, and each member's.
 * All are below 32768, outside the range from which the kernel gives ports to clients.
 *
 * @param port of the API, which the control-plane members share
 * @param seats without peer ids; a cluster of one has its own API on the shared port
 */
public record Seating(int port, List<Seat> seats) {
  /** Members talk to each other here; on one host that is loopback. */
  static final String INTERNAL = "127.0.0.1";

  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_600;
  private static final int STEP = 10;
  private static final int ATTEMPTS = 200;
  private static final int LAST_PORT = 32_767;

  public Seating {
    seats = List.copyOf(seats);
  }

  /**
   * Chooses ports at which nobody listens.
   *
   * @param port 0 for any
   * @param bind where the API is to listen
   * @param controlPlane at least 1; a cluster of one has its ports one after the other
   * @throws PlainFailure if a port that is wanted is busy, or the host has no such address
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
              || !isTaken(INTERNAL, any + 1) && !isTaken(INTERNAL, any + 2))) {
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

  /** The one seat of a cluster of one. */
  static Seat alone(int port) {
    return new Seat(0, "node-1", Role.CONTROL_PLANE, "", INTERNAL, port, port + 1, port + 2);
  }

  /** Ports that follow the first one, those left out that are taken. */
  private static final class Free {
    private final int first;
    private int last;

    private Free(int first) {
      this.first = first;
      this.last = first;
    }

    int next() {
      do {
        last = last == LAST_PORT ? LOWEST : last + 1;
        if (last == first) {
          throw new PlainFailure("found no free ports between " + LOWEST + " and " + LAST_PORT);
        }
      } while (isTaken(INTERNAL, last));
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
      throw new PlainFailure("there is no address " + host, e);
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, port));
      return false;
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("Cannot assign")) {
        throw new PlainFailure("this machine has no address " + host, e);
      }
      return true;
    }
  }
}
