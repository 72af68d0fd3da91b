package io.luotsi.app.command;

import io.luotsi.app.Logging;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.certificates.ClusterCertificates;
import io.luotsi.app.certificates.ClusterCertificates.ServerNames;
import io.luotsi.app.certificates.Kubeconfig;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.MemberDirectory;
import io.luotsi.app.directory.RangeClaims;
import io.luotsi.app.member.Leftovers;
import io.luotsi.app.member.Member;
import io.luotsi.app.member.MemberPlan;
import io.luotsi.app.member.Ports;
import io.luotsi.app.settings.ClusterSettings;
import io.luotsi.app.settings.SettingsReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster of one member in this process, from its preparation to its end. Ctrl-C ends the cluster
 * with its pods; SIGTERM stops the member and leaves its pods running, unless {@code luotsi down}
 * has left its mark.
 */
final class ForegroundCluster {
  /** The one member of a cluster that was not told otherwise; also its node's name. */
  static final String MEMBER = "node-1";

  private static final Logger LOG = LoggerFactory.getLogger(ForegroundCluster.class);
  private static final Duration READY_WITHIN = Duration.ofSeconds(120);
  private static final String WILDCARD = "0.0.0.0";
  private static final String LOOPBACK = "127.0.0.1";

  /** What the command line says. */
  record Wishes(OptionalInt port, Optional<String> bind, boolean fresh, int hollowNodes) {}

  /** What is to become of the pods when the member stops. */
  private enum Ending {
    LEAVE_PODS,
    END_PODS
  }

  private final DataDirectory directory;
  private final Wishes wishes;
  private final boolean detached;
  private final CompletableFuture<Ending> ending = new CompletableFuture<>();

  ForegroundCluster(DataDirectory directory, Wishes wishes, boolean detached) {
    this.directory = directory;
    this.wishes = wishes;
    this.detached = detached;
  }

  /**
   * @param whenReady runs once, while the cluster goes on
   * @return the exit code
   */
  int run(Runnable whenReady) throws IOException {
    if (!detached) {
      return runToTheEnd(whenReady);
    }
    try {
      return runToTheEnd(DetachedCluster::announceReady);
    } catch (PlainFailure e) {
      DetachedCluster.announceFailure(e.getMessage());
      return 1;
    }
  }

  private int runToTheEnd(Runnable whenReady) throws IOException {
    ClusterSettings settings = SettingsReader.read(Invocation.home().resolve("cluster.conf"));
    directory.prepare();
    MemberDirectory own = directory.member(MEMBER);
    MemberDirectory.Lock lock = own.lock();
    try {
      if (wishes.fresh()) {
        Leftovers.end(directory);
        directory.identity().ifPresent(old -> release(old));
        lock.close();
        directory.clear();
        lock = own.lock();
      }
      own.clearEnd();
      listenToSignals(own);
      Logging.toFiles(own.log(), settings.logLevel(), !detached);
      MemberPlan plan = plan(settings, own);
      Member member = Member.start(plan);
      member.broken().thenAccept(ForegroundCluster::endAtOnce);
      return attend(member, whenReady);
    } finally {
      lock.close();
    }
  }

  /**
   * Ends as a kill would, which all parts are made for: pods run on, clients whose writes are under
   * way learn that nobody knows, and the next start has all that was acknowledged. An orderly stop
   * would wait for a journal that is gone.
   */
  private static void endAtOnce(String why) {
    LOG.error("{}; this process ends, and pods run on", why);
    System.err.println("luotsi: " + why + "; start it again when that is mended");
    Runtime.getRuntime().halt(1);
  }

  private int attend(Member member, Runnable whenReady) {
    try {
      say("Luotsi listens at https://%s", member.address());
      if (!member.awaitReady(READY_WITHIN, ending)) {
        return finish(member);
      }
      say("node %s is ready, %d ms after the start", MEMBER, member.upMillis());
      say("export KUBECONFIG=%s", directory.kubeconfig());
      Thread guest = Thread.ofVirtual().start(guarded(whenReady));
      if (!detached) {
        say("Ctrl-C ends the cluster and its pods.");
      }
      ending.join();
      guest.interrupt();
      return finish(member);
    } catch (PlainFailure e) {
      member.stop(false);
      throw e;
    }
  }

  private static Runnable guarded(Runnable guest) {
    return () -> {
      try {
        guest.run();
      } catch (PlainFailure e) {
        System.err.println("luotsi: " + e.getMessage());
      }
    };
  }

  private int finish(Member member) {
    boolean endPods = ending.join() == Ending.END_PODS;
    say(endPods ? "Ending the cluster and its pods." : "Stopping; pods stay.");
    member.stop(endPods);
    return 0;
  }

  private void listenToSignals(MemberDirectory own) {
    Signals.on("INT", () -> ending.complete(Ending.END_PODS));
    Runnable polite = () -> ending.complete(own.endMarked() ? Ending.END_PODS : Ending.LEAVE_PODS);
    Signals.on("TERM", polite);
    Signals.on("HUP", detached ? () -> {} : polite);
  }

  private MemberPlan plan(ClusterSettings settings, MemberDirectory own) {
    String bind = literal(wishes.bind().orElse(settings.api().bind()));
    Ports ports = choosePorts(settings, bind);
    ClusterIdentity identity =
        directory.identify(
            new RangeClaims(RangeClaims.HOST_WIDE), UUID.randomUUID().toString(), ports.api());
    ClusterCertificates certificates =
        ClusterCertificates.open(
            directory.pki(), MEMBER, serverNames(identity, bind), Instant.now());
    MemberPlan plan =
        new MemberPlan(
            MEMBER, identity, own, certificates, settings, bind, ports, wishes.hollowNodes());
    Kubeconfig.write(directory.kubeconfig(), "https://" + plan.address(), certificates);
    return plan;
  }

  private static String literal(String bind) {
    try {
      return InetAddress.getByName(bind).getHostAddress();
    } catch (UnknownHostException e) {
      throw new PlainFailure("there is no address " + bind, e);
    }
  }

  /** What was asked for, else what it was the last time, else what the settings say. */
  private Ports choosePorts(ClusterSettings settings, String bind) {
    int wanted =
        wishes
            .port()
            .orElseGet(
                () ->
                    directory.identity().map(ClusterIdentity::port).orElse(settings.api().port()));
    return wanted == 0 ? Ports.anyFree(bind) : Ports.free(wanted, bind);
  }

  private static ServerNames serverNames(ClusterIdentity identity, String bind) {
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
    if (!bind.equals(WILDCARD) && !addresses.contains(bind)) {
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

  private static void release(ClusterIdentity old) {
    new RangeClaims(RangeClaims.HOST_WIDE).release(old.slot(), old.uid());
  }

  private static void say(String format, Object... values) {
    System.out.println(format.formatted(values));
  }
}
