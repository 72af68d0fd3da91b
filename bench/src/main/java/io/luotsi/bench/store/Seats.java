package io.luotsi.bench.store;

import io.luotsi.persistence.raft.MemberIdentity;
import io.luotsi.persistence.raft.MemberSettings;
import io.luotsi.persistence.raft.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The members of one cluster of Luotsi's, as each of its processes reads them from a file. */
record Seats(Path folder, List<Seat> seats) {
  private static final String FILE = "seats";

  /**
   * @param arteryPort where clients and the other members' actors reach it
   */
  record Seat(Peer peer, int arteryPort) {
    private String line() {
      return peer.id() + " " + peer.port() + " " + arteryPort;
    }

    private static Seat parse(String line) {
      String[] words = line.split(" ");
      return new Seat(
          new Peer(words[0], Ports.HOST, Integer.parseInt(words[1])), Integer.parseInt(words[2]));
    }
  }

  /** Gives each of {@code count} members its identity and its ports. */
  static Seats create(Path folder, int count, Ports ports) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      String name = "m" + number;
      String id = MemberIdentity.loadOrCreate(folder.resolve(name), name, new Random()).peerId();
      lines.add(new Seat(new Peer(id, Ports.HOST, ports.next()), ports.next()).line());
    }
    Files.write(folder.resolve(FILE), lines);
    return read(folder);
  }

  static Seats read(Path folder) throws IOException {
    return new Seats(
        folder, Files.readAllLines(folder.resolve(FILE)).stream().map(Seat::parse).toList());
  }

  List<String> names() {
    return seats.stream().map(seat -> seat.peer().name()).toList();
  }

  Seat of(String name) {
    return seats.stream().filter(seat -> seat.peer().name().equals(name)).findFirst().orElseThrow();
  }

  /** With limits as in the product. */
  MemberSettings settings(String name) {
    Peer peer = of(name).peer();
    MemberSettings alone =
        MemberSettings.standard(name, folder.resolve(name), peer.host(), peer.port());
    return seats.size() == 1
        ? alone
        : new MemberSettings(
            name,
            alone.directory(),
            peer.host(),
            peer.port(),
            alone.tuning(),
            seats.stream().map(Seat::peer).toList());
  }
}
