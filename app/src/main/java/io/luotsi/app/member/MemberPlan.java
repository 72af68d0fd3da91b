package io.luotsi.app.member;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.certificates.ClusterCertificates;
import io.luotsi.app.certificates.MemberTls;
import io.luotsi.app.certificates.Tls;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.MemberDirectory;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.settings.ClusterSettings;
import io.luotsi.core.controller.ControllerSelection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that is decided about a member before it starts.
 *
 * @param seat its place in the cluster that {@code identity} describes
 */
public record MemberPlan(
    Seat seat,
    ClusterIdentity identity,
    MemberDirectory directory,
    ClusterCertificates certificates,
    ClusterSettings settings) {
  private static final Logger LOG = LoggerFactory.getLogger(MemberPlan.class);

  /**
   * @param shared whether the other control-plane members listen there, too
   */
  record Listener(String address, int port, boolean shared) {}

  /** Of the member and of its node. */
  public String name() {
    return seat.name();
  }

  /** Whether it is a node, too. */
  boolean isNode() {
    return identity.isNode(seat);
  }

  /** Which controllers run when it leads. */
  ControllerSelection controllers() {
    return identity.choices().selection().orElseGet(() -> settings.controllers().selection());
  }

  /** What is written into the audit log, if anything is. */
  ClusterSettings.Audit audit() {
    ClusterIdentity.Choices choices = identity.choices();
    return settings.audit().with(choices.auditPolicy(), choices.auditLog());
  }

  /** Where. */
  Path auditLog() {
    return audit()
        .log(name(), identity.controlPlane().size() > 1)
        .orElseGet(() -> directory.log().resolve("audit.log"));
  }

  private String bind() {
    return identity.choices().bind();
  }

  /** The node's address: the API's, unless that is every address. */
  public String nodeAddress() {
    return identity.apiHost();
  }

  /** Where this member's API listens: where people reach it, where pods do, and it alone. */
  List<Listener> apiListeners() {
    boolean shared = identity.sharesApi(seat);
    Listener people = new Listener(bind(), identity.port(), shared);
    Listener pods = new Listener(identity.ranges().apiAddress(), identity.port(), shared);
    List<Listener> common = identity.bindsEverywhere() ? List.of(people) : List.of(people, pods);
    if (!shared) {
      return common;
    }
    Listener own = new Listener(seat.host(), seat.apiPort(), false);
    return Stream.concat(Stream.of(own), common.stream()).toList();
  }

  /** Host and port at which this host's clients reach the cluster's API. */
  public String apiAddress() {
    return identity.apiAddress();
  }

  /** Host and port at which this member and no other answers. */
  public String ownAddress() {
    return identity.ownAddress(seat);
  }

  /** How long pods stay bound to a lost node that did not say themselves how long. */
  Duration evictionAfter() {
    return identity.choices().evictionAfter().orElse(settings.controllers().evictionAfter());
  }

  /** For speaking to the others as this member's node. */
  SSLContext tlsAsNode() {
    return Tls.of(certificates.authority().certificate(), certificates.node());
  }

  /** For everything that JVMs of the cluster say to each other besides HTTPS. */
  MemberTls tlsAmongMembers() {
    return MemberTls.of(certificates.member(), this::memberAt);
  }

  private Optional<String> memberAt(String host, int port) {
    return seatsNow().stream()
        .filter(place -> place.host().equals(host))
        .filter(place -> place.raftPort() == port || place.arteryPort() == port)
        .map(Seat::name)
        .findFirst();
  }

  /** Of those who are members now: a new one may have the ports of one that is gone. */
  private List<Seat> seatsNow() {
    try {
      return DataDirectory.of(directory).identity().orElse(identity).seats();
    } catch (PlainFailure e) {
      LOG.warn("cannot look up who the members are: {}", e.getMessage());
      return identity.seats();
    }
  }

  /** The control plane as it is now. */
  List<Seat> controlPlaneNow() {
    return seatsNow().stream().filter(Seat::isControlPlane).toList();
  }

  /** The workers as they are now. */
  List<Seat> workersNow() {
    return seatsNow().stream().filter(seat -> !seat.isControlPlane()).toList();
  }
}
