package io.luotsi.app.member;

import io.luotsi.app.PlainFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The ports of a cluster of one member: the API's, which people choose, and those that follow.
 *
 * @param api below 32768, outside the range from which the kernel gives ports to clients
 */
public record Ports(int api) {
  private static final int RAFT = 1;
  private static final int ARTERY = 2;
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_600;
  private static final int STEP = 10;
  private static final int ATTEMPTS = 200;

  /** Members talk to each other here; on one host that is loopback. */
  private static final String INTERNAL = "127.0.0.1";

  public int raft() {
    return api + RAFT;
  }

  public int artery() {
    return api + ARTERY;
  }

  /**
   * @throws PlainFailure if one of the ports is taken
   */
  public static Ports free(int api, String bind) {
    Ports ports = new Ports(api);
    ports
        .taken(bind)
        .ifPresent(
            taken -> {
              throw new PlainFailure(
                  "port "
                      + taken
                      + " is busy; choose another with --port N, or any free one with --port 0");
            });
    return ports;
  }

  /** Any that are free, all of them. */
  public static Ports anyFree(String bind) {
    RandomGenerator random = RandomGenerator.getDefault();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Ports ports = new Ports(LOWEST + STEP * random.nextInt((HIGHEST - LOWEST) / STEP));
      if (ports.taken(bind).isEmpty()) {
        return ports;
      }
    }
    throw new PlainFailure("found no free ports between " + LOWEST + " and " + HIGHEST);
  }

  private Optional<String> taken(String bind) {
    return isTaken(bind, api)
        ? Optional.of(api + " of " + bind)
        : isTaken(INTERNAL, raft())
            ? Optional.of(raft() + " of " + INTERNAL)
            : isTaken(INTERNAL, artery())
                ? Optional.of(artery() + " of " + INTERNAL)
                : Optional.empty();
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
