package io.luotsi.app.command;

import io.luotsi.app.HeapTrimmer;
import io.luotsi.app.Logging;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.certificates.ClusterCertificates;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.MemberDirectory;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.member.Member;
import io.luotsi.app.member.MemberPlan;
import io.luotsi.app.member.Preparation;
import io.luotsi.app.settings.ClusterSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member in this process, from its start to its end. SIGINT ends it with its pods; SIGTERM
 * stops it and leaves its pods running, unless whoever ends the cluster has left a mark.
 */
final class MemberRun {
  private static final Logger LOG = LoggerFactory.getLogger(MemberRun.class);

  /** Who is told how it goes. */
  interface Audience {
    /** The API listens; most answers still take a leader. */
    void listening(Member member);

    /** It answers consistent reads and its node is ready. */
    void ready(Member member);

    void ending(boolean endPods);

    /** Whether it is a person at a terminal, who reads warnings and may hang up. */
    boolean atTerminal();
  }

  /** What is to become of the pods when the member stops. */
  enum Ending {
    LEAVE_PODS,
    END_PODS
  }

  private final DataDirectory directory;
  private final ClusterSettings settings;
  private final ClusterIdentity identity;
  private final Seat seat;
  private final ClusterCertificates certificates;
  private final CompletableFuture<Ending> ending = new CompletableFuture<>();

  MemberRun(
      DataDirectory directory,
      ClusterSettings settings,
      ClusterIdentity identity,
      Seat seat,
      ClusterCertificates certificates) {
    this.directory = directory;
    this.settings = settings;
    this.identity = identity;
    this.seat = seat;
    this.certificates = certificates;
  }

  /**
   * Returns when the member has stopped.
   *
   * @param preparation is used up
   * @param readyWithin after which it gives up
   * @throws PlainFailure if it cannot start
   */
  void run(Preparation preparation, Audience audience, Duration readyWithin) throws IOException {
    MemberDirectory own = directory.member(seat.name());
    MemberDirectory.Lock lock = own.lock();
    try {
      own.clearEnd();
      listenToSignals(own, audience);
      Logging.toFiles(own.log(), settings.logLevel(), audience.atTerminal());
      Member member =
          Member.start(new MemberPlan(seat, identity, own, certificates, settings), preparation);
      member.broken().thenAccept(MemberRun::endAtOnce);
      member.removed().thenRun(this::leave);
      attend(member, audience, readyWithin);
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

  /** Its pods go, too: their node is deleted. */
  private void leave() {
    LOG.info("this member was removed from the cluster");
    ending.complete(Ending.END_PODS);
  }

  private void attend(Member member, Audience audience, Duration readyWithin) {
    try {
      audience.listening(member);
      HeapTrimmer.start(member::letOthersLead);
      if (member.awaitReady(readyWithin, ending)) {
        audience.ready(member);
      }
    } catch (PlainFailure e) {
      member.stop(false);
      throw e;
    }
    boolean endPods = ending.join() == Ending.END_PODS;
    audience.ending(endPods);
    member.stop(endPods);
  }

  private void listenToSignals(MemberDirectory own, Audience audience) {
    Signals.on("INT", () -> ending.complete(Ending.END_PODS));
    Runnable polite = () -> ending.complete(own.endMarked() ? Ending.END_PODS : Ending.LEAVE_PODS);
    Signals.on("TERM", polite);
    Signals.on("HUP", audience.atTerminal() ? polite : () -> {});
  }
}
