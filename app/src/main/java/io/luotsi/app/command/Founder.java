package io.luotsi.app.command;

import io.luotsi.app.BadInput;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.certificates.ClusterCertificates;
import io.luotsi.app.certificates.ClusterCertificates.ServerNames;
import io.luotsi.app.certificates.Kubeconfig;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.ClusterIdentity.Choices;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.MemberDirectory;
import io.luotsi.app.directory.RangeClaims;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.directory.Seating;
import io.luotsi.app.member.Leftovers;
import io.luotsi.app.settings.ClusterSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Prepares a data directory for its members to start: ports, identity, addresses, peer ids,
 * certificates, kubeconfig. What was chosen at the first start stays, but for what may change while
 * nobody runs. No member may run.
 */
final class Founder {
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final String LOOPBACK = "127.0.0.1";

  /**
   * What the command line says; what it does not say is as it was, or as the settings have it.
   *
   * @param members control plane and workers
   * @param evictSoon whether pods of a lost node are to be replaced soon
   * @param tokens the static tokens from now on, as their file has them
   * @param withoutNodes whether the control plane's members are no nodes
   * @param controllers which run; empty as the settings have it
   * @param auditPolicy and {@code auditLog}: files; empty as the settings have it
   */
  record Wishes(
      OptionalInt port,
      Optional<String> bind,
      boolean fresh,
      OptionalInt hollowNodes,
      Members members,
      boolean evictSoon,
      Optional<String> tokens,
      boolean withoutNodes,
      List<String> controllers,
      Optional<Path> auditPolicy,
      Optional<Path> auditLog) {}

  /**
   * @param certificates of the members, by their names
   */
  record Founded(ClusterIdentity identity, Map<String, ClusterCertificates> certificates) {}

  record Members(OptionalInt controlPlane, OptionalInt workers) {}

  private final DataDirectory directory;
  private final ClusterSettings settings;
  private final Wishes wishes;
  private final String bind;

  private Founder(DataDirectory directory, ClusterSettings settings, Wishes wishes) {
    this.directory = directory;
    this.settings = settings;
    this.wishes = wishes;
    this.bind = literal(wishes.bind().orElse(settings.api().bind()));
  }

  /**
   * @throws PlainFailure if a port is busy, the directory cannot be used, or it holds a cluster
   *     that is not as it is wished
   */
  static Founded found(DataDirectory directory, ClusterSettings settings, Wishes wishes)
      throws IOException {
    return new Founder(directory, settings, wishes).found();
  }

  private Founded found() throws IOException {
    draft(); // fails while nothing has been made
    directory.prepare();
    DataDirectory.Lock lock = directory.lock();
    try {
      requireNobodyRuns();
      ClusterIdentity draft = draft();
      if (wishes.fresh()) {
        forget();
      }
      ClusterIdentity identity = directory.identify(new RangeClaims(RangeClaims.HOST_WIDE), draft);
      wishes.tokens().ifPresent(directory::tokens);
      Map<String, ClusterCertificates> certificates = new LinkedHashMap<>();
      for (Seat seat : identity.seats()) {
        ClusterCertificates own = certificates(directory, identity, seat);
        Kubeconfig.write(directory.kubeconfig(), "https://" + identity.apiAddress(), own);
        certificates.put(seat.name(), own);
      }
      return new Founded(identity, certificates);
    } finally {
      lock.close();
    }
  }

  private void requireNobodyRuns() throws IOException {
    for (MemberDirectory member : directory.members()) {
      member.lock().close();
    }
  }

  private void forget() {
    Leftovers.end(directory, settings.shutdownGrace());
    directory
        .identity()
        .ifPresent(old -> new RangeClaims(RangeClaims.HOST_WIDE).release(old.slot(), old.uid()));
    directory.clear();
  }

  private ClusterIdentity draft() {
    Optional<ClusterIdentity> known = wishes.fresh() ? Optional.empty() : directory.identity();
    Choices before = known.map(ClusterIdentity::choices).orElseGet(() -> new Choices(bind, 0, 0));
    Choices choices =
        new Choices(
            bind,
            wishes.hollowNodes().orElse(before.hollowNodes()),
            evictionMillis(before),
            withoutNodes(known),
            wishes.controllers(),
            said(wishes.auditPolicy()),
            said(wishes.auditLog()));
    return known
        .map(identity -> identity.with(seating(identity), choices))
        .orElseGet(
            () -> ClusterIdentity.draft(UUID.randomUUID().toString(), newSeating(), choices));
  }

  /** Members have folders of their own to start in. */
  private static String said(Optional<Path> file) {
    return file.map(path -> path.toAbsolutePath().toString()).orElse("");
  }

  private boolean withoutNodes(Optional<ClusterIdentity> known) {
    if (wishes.withoutNodes() && known.isPresent() && !known.get().choices().withoutNodes()) {
      throw new PlainFailure(
          "the cluster in %s was founded with nodes, and keeps them; --nodes 0 is for new ones, or with --fresh"
              .formatted(directory.root()));
    }
    return wishes.withoutNodes() || known.map(k -> k.choices().withoutNodes()).orElse(false);
  }

  /** An operator who has set another time than upstream's means it. */
  private long evictionMillis(Choices before) {
    boolean chosen =
        !settings.controllers().evictionAfter().equals(ClusterSettings.UPSTREAM_EVICTION);
    if (chosen) {
      return 0;
    }
    return wishes.evictSoon() ? SOON.toMillis() : before.evictionAfterMillis();
  }

  private Seating newSeating() {
    return Seating.choose(
        wishes.port().orElse(settings.api().port()),
        bind,
        wishes.members().controlPlane().orElse(1),
        wishes.members().workers().orElse(0));
  }

  private Seating seating(ClusterIdentity identity) {
    requireMembers(directory, identity, wishes.members());
    int port = wishes.port().orElse(identity.port());
    if (identity.seats().size() == 1) {
      return Seating.choose(port, bind, 1, 0);
    }
    if (port != identity.port()) {
      throw new PlainFailure(
          "the cluster in %s has its API at port %d, for ever; another one needs another --data, or --fresh"
              .formatted(directory.root(), identity.port()));
    }
    Seating.requireFree(bind, port);
    return identity.seating();
  }

  /**
   * @throws PlainFailure if other numbers are wished than the cluster has
   */
  static void requireMembers(DataDirectory directory, ClusterIdentity identity, Members wished) {
    int controlPlane = identity.controlPlane().size();
    int workers = identity.seats().size() - controlPlane;
    if (wished.controlPlane().orElse(controlPlane) != controlPlane
        || wished.workers().orElse(workers) != workers) {
      throw new PlainFailure(
          "the cluster in %s has %d control-plane JVM%s and %d worker%s; luotsi member adds and removes them, --fresh founds another"
              .formatted(
                  directory.root(),
                  controlPlane,
                  controlPlane == 1 ? "" : "s",
                  workers,
                  workers == 1 ? "" : "s"));
    }
  }

  /** This member's certificates and those that all share, made where they are missing. */
  static ClusterCertificates certificates(
      DataDirectory directory, ClusterIdentity identity, Seat seat) {
    return ClusterCertificates.open(
        directory.pki(), seat.name(), seat.role(), serverNames(identity), Instant.now());
  }

  private static String literal(String bind) {
    try {
      return InetAddress.getByName(bind).getHostAddress();
    } catch (UnknownHostException e) {
      throw new BadInput("there is no address " + bind, e);
    }
  }

  private static ServerNames serverNames(ClusterIdentity identity) {
    String bind = identity.choices().bind();
    List<String> names =
        new ArrayList<>(
            List.of(
                "localhost",
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local"));
    List<String> addresses =
        new ArrayList<>(
            List.of(
                LOOPBACK,
                "::1",
                identity.ranges().firstServiceAddress(),
                identity.ranges().apiAddress()));
    if (!identity.bindsEverywhere() && !addresses.contains(bind)) {
      addresses.add(bind);
    }
    try {
      String host = InetAddress.getLocalHost().getHostName();
      if (!names.contains(host)) {
        names.add(host);
      }
    } catch (UnknownHostException e) {
      // A machine without a name is reached by its addresses.
      return new ServerNames(names, addresses);
    }
    return new ServerNames(names, addresses);
  }
}
