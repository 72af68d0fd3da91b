package io.luotsi.app.member;

import io.luotsi.app.certificates.ClusterCertificates;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.MemberDirectory;
import io.luotsi.app.settings.ClusterSettings;
import java.util.List;

/**
 * All that is decided about a member before it starts.
 *
 * @param name of the member and of its node
 * @param bind the IP address where its API listens
 * @param hollowNodes how many simulated nodes the cluster is to have
 */
public record MemberPlan(
    String name,
    ClusterIdentity identity,
    MemberDirectory directory,
    ClusterCertificates certificates,
    ClusterSettings settings,
    String bind,
    Ports ports,
    int hollowNodes) {
  private static final String WILDCARD = "0.0.0.0";

  /** The node's address: the API's, unless that is every address. */
  public String nodeAddress() {
    return bind.equals(WILDCARD) ? ClusterLives.INTERNAL : bind;
  }

  /** Addresses on which the API listens: where people reach it, and where pods do. */
  public List<String> apiListeners() {
    return bind.equals(WILDCARD) ? List.of(bind) : List.of(bind, identity.ranges().apiAddress());
  }

  /** Host and port at which this host's clients reach the API. */
  public String address() {
    String host = nodeAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + ports.api();
  }
}
