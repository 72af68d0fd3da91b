package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.member.Member;
import io.luotsi.app.settings.ClusterSettings;
import java.util.Optional;

/** A person who runs a cluster of one in the foreground, and what is shown while it goes on. */
final class Terminal implements MemberRun.Audience {
  private final DataDirectory directory;
  private final ClusterSettings settings;
  private final ClusterIdentity identity;
  private final Runnable guest;
  private Optional<Thread> guestThread = Optional.empty();

  /**
   * @param guest runs once when the cluster is ready
   */
  Terminal(
      DataDirectory directory, ClusterSettings settings, ClusterIdentity identity, Runnable guest) {
    this.directory = directory;
    this.settings = settings;
    this.identity = identity;
    this.guest = guest;
  }

  @Override
  public void listening(Member member) {
    System.out.println(Announcement.listening(identity));
  }

  @Override
  public void ready(Member member) {
    System.out.println(
        "%s %s is ready, %d ms after the start"
            .formatted(
                identity.isNode(identity.seat(member.name())) ? "node" : "member",
                member.name(),
                member.upMillis()));
    Announcement.print(directory, identity);
    guestThread = Optional.of(begin(guest));
    System.out.println("Ctrl-C ends the cluster and its pods.");
  }

  /** On a thread of its own; what goes wrong there does not end the cluster. */
  static Thread begin(Runnable guest) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                guest.run();
              } catch (PlainFailure e) {
                System.err.println("luotsi: " + e.getMessage());
              }
            });
  }

  @Override
  public void ending(boolean endPods) {
    guestThread.ifPresent(Thread::interrupt);
    System.out.println(endPods ? ClusterEnd.announcement(settings) : "Stopping; pods stay.");
  }

  @Override
  public boolean atTerminal() {
    return true;
  }
}
