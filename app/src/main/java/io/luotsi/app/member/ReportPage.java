package io.luotsi.app.member;

import io.luotsi.app.directory.Processes;
import io.luotsi.app.membership.Membership;
import io.luotsi.http.routes.LocalPage;
import io.luotsi.persistence.raft.ClusterState;
import io.luotsi.persistence.raft.GroupStatus;
import io.luotsi.persistence.raft.RaftMember;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes this member's {@link MemberReport} whenever somebody asks. */
final class ReportPage {
  private final MemberPlan plan;
  private final RaftMember raft;
  private final LeaderWork work;
  private volatile Optional<Parts> parts = Optional.empty();

  private record Parts(MemberStanding standing, Membership membership) {}

  /**
   * @param work that this member does when it leads
   */
  ReportPage(MemberPlan plan, RaftMember raft, LeaderWork work) {
    this.plan = plan;
    this.raft = raft;
    this.work = work;
  }

  /** The API listens before there is an ActorSystem to tell of. */
  void set(MemberStanding standing, Membership membership) {
    parts = Optional.of(new Parts(standing, membership));
  }

  LocalPage page() {
    return new LocalPage.Document(MemberReport.PATH, () -> report().json());
  }

  MemberReport report() {
    Membership.Standing standing =
        parts.map(known -> known.membership().standing()).orElse(Membership.Standing.NONE);
    // In this order, so that what is decided is never older than the log position beside it.
    List<GroupStatus> groups = raft.status();
    ClusterState decided = raft.clusterLog().value();
    long pid = ProcessHandle.current().pid();
    return new MemberReport(
        plan.name(),
        MemberReport.CONTROL_PLANE,
        pid,
        standing.self().address(),
        standing.self().uid(),
        standing.up(),
        standing.incarnation(),
        new MemberReport.Decided(decided.incarnation(), decided.down()),
        List.copyOf(standing.unreachable()),
        doing(),
        groups.stream().map(ReportPage::group).toList(),
        parts.map(known -> known.standing().startMillis()).orElse(0L),
        Processes.residentMib(pid));
  }

  private List<String> doing() {
    List<String> doing = new ArrayList<>(List.of("api"));
    if (plan.isNode()) {
      doing.add("node");
    }
    doing.addAll(work.running());
    return doing;
  }

  private static MemberReport.Group group(GroupStatus status) {
    return new MemberReport.Group(
        status.group(),
        status.role(),
        status.leaderName(),
        status.term(),
        status.commitIndex(),
        status.appliedIndex(),
        status.followers().stream()
            .map(follower -> new MemberReport.Peer(follower.name(), follower.lag()))
            .toList(),
        status.voterNames(),
        status.listenerNames());
  }
}
