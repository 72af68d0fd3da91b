package io.luotsi.app.member;

import io.luotsi.app.directory.MemberDirectory;
import io.luotsi.app.directory.MemberRecord;
import io.luotsi.app.directory.Processes;
import java.time.Instant;
import java.util.OptionalLong;

/** What this member says of itself in its folder, kept up to date. Safe for several threads. */
final class MemberStanding {
  private static final Instant STARTED =
      Instant.now().minus(Processes.age(ProcessHandle.current().pid()));

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
            plan.ownAddress(),
            false,
            0,
            0));
  }

  /**
   * Milliseconds from the start of this process to {@code moment}; from the end of the build, if
   * the process began with one.
   */
  static long millisUntil(Instant moment) {
    long start = Math.max(STARTED.toEpochMilli(), Long.getLong("luotsi.started", 0));
    return Math.max(1, moment.toEpochMilli() - start);
  }

  /** From the start of this process to its first answer, 0 before that. */
  synchronized long startMillis() {
    return record.startMillis();
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
