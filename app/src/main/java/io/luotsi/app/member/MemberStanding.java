package io.luotsi.app.member;

import io.luotsi.app.directory.MemberDirectory;
import io.luotsi.app.directory.MemberRecord;
import io.luotsi.app.directory.Processes;
import java.time.Instant;
import java.util.OptionalLong;

/** What this member says of itself in its folder, kept up to date. Safe for several threads. */
final class MemberStanding {
  private final MemberDirectory directory;
  private MemberRecord record;

  private MemberStanding(MemberDirectory directory, MemberRecord record) {
    this.directory = directory;
    this.record = record;
    directory.write(record);
  }

  /** From now on other processes see that this one runs the member. */
  static MemberStanding begin(MemberPlan plan) {
    long pid = ProcessHandle.current().pid();
    return new MemberStanding(
        plan.directory(),
        new MemberRecord(
            plan.name(),
            plan.identity().uid(),
            pid,
            Processes.startTicks(pid).orElseThrow(),
            plan.address(),
            false,
            0,
            0));
  }

  /**
   * Milliseconds from the start of this process to {@code moment}; from the end of the build, if
   * the process began with one.
   */
  static long millisUntil(Instant moment) {
    Instant process = ProcessHandle.current().info().startInstant().orElse(moment);
    long start = Math.max(process.toEpochMilli(), Long.getLong("luotsi.started", 0));
    return Math.max(1, moment.toEpochMilli() - start);
  }

  synchronized void answering(Instant since) {
    replace(record.ready(millisUntil(since)));
  }

  synchronized void leading(OptionalLong term) {
    replace(record.leading(term.isPresent(), term.orElse(record.term())));
  }

  private void replace(MemberRecord changed) {
    if (!changed.equals(record)) {
      record = changed;
      directory.write(changed);
    }
  }
}
