package io.luotsi.app.directory;

/**
 * What a member says of itself to whoever reads its folder: written when it starts, when it becomes
 * ready, and whenever it begins or ceases to lead.
 *
 * @param startTicks when the process started, in the kernel's ticks since boot; with {@code pid} it
 *     names one process for ever
 * @param address of its own HTTPS API, host and port
 * @param startMillis from the start of the process to its first answer, 0 before that
 * @param term of Raft's group 0, as far as the member knows
 */
public record MemberRecord(
    String name,
    String clusterUid,
    long pid,
    long startTicks,
    String address,
    boolean leader,
    long term,
    long startMillis) {

  public MemberRecord ready(long startMillis) {
    return new MemberRecord(name, clusterUid, pid, startTicks, address, leader, term, startMillis);
  }

  public MemberRecord leading(boolean leader, long term) {
    return new MemberRecord(name, clusterUid, pid, startTicks, address, leader, term, startMillis);
  }

  /** Whether the process it names still runs. */
  public boolean alive() {
    return Processes.startTicks(pid).orElse(-1) == startTicks;
  }
}
