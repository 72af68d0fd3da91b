package io.luotsi.app.directory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.app.BadInput;
import io.luotsi.core.api.Json;
import io.luotsi.core.controller.ControllerSelection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster is known by: made by whoever founds it, before any of its members starts, and kept
 * for ever; but the seats are those of the members that it has now. Who votes among them, Raft
 * says.
 *
 * @param format of the data directory; a newer one than we know is refused
 * @param port of the HTTPS API; all control-plane members listen there
 * @param slot which pair of loopback ranges the cluster has claimed; see {@link AddressRanges}
 * @param choices of whoever started it last
 * @param seats of all members in the order of their numbers, the control plane's first; never empty
 */
public record ClusterIdentity(
    int format, String uid, int port, int slot, Choices choices, List<Seat> seats) {
  /** 1 knew one member only, whose ports followed from the API's. */
  static final int FORMAT = 2;

  private static final String WILDCARD = "0.0.0.0";

  /** While the first claim is being made. */
  static final int NO_SLOT = -1;

  /**
   * What holds until the cluster is started anew, and for members that are started meanwhile.
   *
   * @param bind the IP address where the API listens
   * @param hollowNodes how many simulated nodes the cluster is to have
   * @param evictionAfterMillis how long pods stay bound to a lost node; 0 as the settings have it
   * @param withoutNodes whether the control plane's members are no nodes, for ever
   * @param controllers which run; empty as the settings have it
   * @param auditPolicyFile absolute path; empty as the settings have it
   * @param auditLogPath absolute path; empty as the settings have it
   */
  public record Choices(
      String bind,
      int hollowNodes,
      long evictionAfterMillis,
      boolean withoutNodes,
      @Nullable List<String> controllers,
      @Nullable String auditPolicyFile,
      @Nullable String auditLogPath) {
    public Choices {
      // Directories that were written before there was a choice do not have it.
      controllers = controllers == null ? List.of() : List.copyOf(controllers);
      auditPolicyFile = auditPolicyFile == null ? "" : auditPolicyFile;
      auditLogPath = auditLogPath == null ? "" : auditLogPath;
    }

    public Choices(String bind, int hollowNodes, long evictionAfterMillis) {
      this(bind, hollowNodes, evictionAfterMillis, false, List.of(), "", "");
    }

    /** The audit policy's file, if somebody said which. */
    public Optional<Path> auditPolicy() {
      return path(auditPolicyFile);
    }

    /** Where the audit log is to be, if somebody said so. */
    public Optional<Path> auditLog() {
      return path(auditLogPath);
    }

    private static Optional<Path> path(@Nullable String said) {
      return said == null || said.isEmpty() ? Optional.empty() : Optional.of(Path.of(said));
    }

    /** Which run, if somebody said so. */
    public Optional<ControllerSelection> selection() {
      return controllers == null || controllers.isEmpty()
          ? Optional.empty()
          : Optional.of(new ControllerSelection(controllers));
    }

    /** Of a directory that was written before they were remembered. */
    static final Choices NONE = new Choices(Seating.INTERNAL, 0, 0);

    public Optional<Duration> evictionAfter() {
      return evictionAfterMillis == 0
          ? Optional.empty()
          : Optional.of(Duration.ofMillis(evictionAfterMillis));
    }
  }

  public ClusterIdentity {
    seats = List.copyOf(seats);
  }

  /** Of a new cluster, which has no addresses and its members no peer ids yet. */
  public static ClusterIdentity draft(String uid, Seating seating, Choices choices) {
    return new ClusterIdentity(FORMAT, uid, seating.port(), NO_SLOT, choices, seating.seats());
  }

  /** What an older format said, in the words of this one. */
  static ClusterIdentity read(ObjectNode json) {
    if (json.path("format").asInt() == 1) {
      json.set("choices", Json.mapper().valueToTree(Choices.NONE));
      json.putArray("seats").addPOJO(Seating.aloneInFormatOne(json.path("port").asInt()));
    }
    return Json.mapper().convertValue(json, ClusterIdentity.class);
  }

  /** The same cluster of one on another port, or with other choices. */
  public ClusterIdentity with(Seating seating, Choices newChoices) {
    if (seating.seats().size() != seats.size()) {
      throw new IllegalArgumentException("other members than the cluster has");
    }
    List<Seat> moved = new ArrayList<>();
    for (int i = 0; i < seats.size(); i++) {
      moved.add(seats.get(i).at(seating.seats().get(i)));
    }
    return new ClusterIdentity(FORMAT, uid, seating.port(), slot, newChoices, moved);
  }

  ClusterIdentity withSlot(int claimed) {
    return new ClusterIdentity(FORMAT, uid, port, claimed, choices, seats);
  }

  /** With that seat, in place of one of its name if there is one. */
  ClusterIdentity with(Seat seat) {
    List<Seat> more = new ArrayList<>(without(seat.name()).seats());
    more.add(seat);
    more.sort(Comparator.comparing(Seat::role).thenComparing(Seat::number));
    return withSeats(more);
  }

  ClusterIdentity without(String name) {
    return withSeats(seats.stream().filter(seat -> !seat.name().equals(name)).toList());
  }

  ClusterIdentity withSeats(List<Seat> known) {
    return new ClusterIdentity(FORMAT, uid, port, slot, choices, known);
  }

  public AddressRanges ranges() {
    return new AddressRanges(slot);
  }

  /** Whether the API listens on every address of the host. */
  public boolean bindsEverywhere() {
    return choices.bind().equals(WILDCARD);
  }

  /** An address at which this host's clients reach the API. */
  public String apiHost() {
    return bindsEverywhere() ? Seating.INTERNAL : choices.bind();
  }

  /** Host and port at which this host's clients reach the API, whichever members live. */
  public String apiAddress() {
    String host = apiHost();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** Host and port at which that member and no other answers. */
  public String ownAddress(Seat seat) {
    return sharesApi(seat) ? seat.address() : apiAddress();
  }

  /** Whether the API's port is one that several members share, besides one of its own. */
  public boolean sharesApi(Seat seat) {
    return seat.apiPort() != port;
  }

  /** The ports as they are. */
  public Seating seating() {
    return new Seating(port, seats);
  }

  /** Whether pods run at that member. */
  public boolean isNode(Seat seat) {
    return !(choices.withoutNodes() && seat.isControlPlane());
  }

  /** Members with a replica and a vote. */
  public List<Seat> controlPlane() {
    return seats.stream().filter(Seat::isControlPlane).toList();
  }

  /**
   * @throws BadInput if the cluster has no member of that name
   */
  public Seat seat(String name) {
    return seats.stream()
        .filter(seat -> seat.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInput(
                    "there is no member %s; members are %s"
                        .formatted(
                            name,
                            seats.stream().map(Seat::name).collect(Collectors.joining(", ")))));
  }
}
