package io.luotsi.bench;

import io.luotsi.app.member.MemberReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * When another member stood for election and when one led, as the members' pages tell. Each is
 * asked on a thread of its own, so that one that answers late, and whatever else is looked at, hold
 * up nobody. Times are {@link System#nanoTime}'s.
 */
final class Election implements AutoCloseable {
  private static final long BETWEEN_LOOKS_NANOS = Duration.ofMillis(10).toNanos();

  private final Function<String, Optional<MemberReport>> pages;
  private final long lastTerm;
  private OptionalLong stands = OptionalLong.empty();
  private OptionalLong leads = OptionalLong.empty();
  private volatile boolean over;

  private Election(Function<String, Optional<MemberReport>> pages, long lastTerm) {
    this.pages = pages;
    this.lastTerm = lastTerm;
  }

  /**
   * @param pages what a member says of itself, by its name; empty if it does not answer
   * @param members who may stand
   * @param lost who led until now
   */
  static Election watch(
      Function<String, Optional<MemberReport>> pages, List<String> members, MemberReport lost) {
    Election election = new Election(pages, term(lost));
    members.forEach(
        name -> Thread.ofVirtual().name("election-" + name).start(() -> election.follow(name)));
    return election;
  }

  private static long term(MemberReport report) {
    return report.groups().getFirst().term();
  }

  private void follow(String member) {
    while (!over && leads().isEmpty()) {
      pages.apply(member).ifPresent(report -> saw(report, System.nanoTime()));
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
    }
  }

  private synchronized void saw(MemberReport report, long now) {
    if (term(report) <= lastTerm) {
      return;
    }
    if (stands.isEmpty()) {
      stands = OptionalLong.of(now);
    }
    if (leads.isEmpty() && Jvms.isLeader(report)) {
      leads = OptionalLong.of(now);
    }
  }

  synchronized OptionalLong stands() {
    return stands;
  }

  synchronized OptionalLong leads() {
    return leads;
  }

  @Override
  public void close() {
    over = true;
  }
}
