package io.luotsi.app.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.app.member.PeerPages.Word;
import io.luotsi.core.apiserver.Components.Health;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What one of three members says of the cluster, by what it hears of the others. */
class ClusterComponentsTest {
  private static final List<String> VOTERS = List.of("node-1", "node-2", "node-3");
  private static final List<String> ALL = List.of("api", "node", "controllers", "scheduler");

  /**
   * @param leader as the member knows it; possibly empty
   */
  private static MemberReport report(String name, String leader, List<String> doing) {
    return new MemberReport(
        name,
        MemberReport.CONTROL_PLANE,
        4711,
        "pekko://luotsi@127.0.0.1:17445",
        1,
        true,
        1,
        new MemberReport.Decided(1, List.of()),
        List.of(),
        doing,
        List.of(
            new MemberReport.Group(
                0,
                name.equals(leader) ? "leader" : "follower",
                leader,
                7,
                9,
                9,
                List.of(),
                VOTERS,
                List.of())),
        950,
        212);
  }

  private static List<Health> healths(
      MemberReport own, boolean schedules, Map<String, Word> words) {
    return new ClusterComponents(
            () -> own, () -> CompletableFuture.completedFuture(words), schedules)
        .ask()
        .toCompletableFuture()
        .join();
  }

  private static Word said(String name, String leader, List<String> doing) {
    return new Word.Said(report(name, leader, doing));
  }

  @Test
  void allAreWellWhereverTheLeaderIs() {
    List<Health> healths =
        healths(
            report("node-1", "node-2", List.of("api")),
            true,
            Map.of(
                "node-2", said("node-2", "node-2", ALL),
                "node-3", said("node-3", "node-2", List.of("api"))));

    assertThat(healths)
        .containsExactly(
            Health.ok("controller-manager"),
            Health.ok("scheduler"),
            Health.ok("store-node-1"),
            Health.ok("store-node-2"),
            Health.ok("store-node-3"));
  }

  @Test
  void whoDoesNotAnswerIsUnhealthyAndSoIsWhatItRan() {
    List<Health> healths =
        healths(
            report("node-1", "node-2", List.of("api")),
            true,
            Map.of("node-2", new Word.Silent(), "node-3", new Word.NotRunning()));

    assertThat(healths)
        .containsExactly(
            new Health(
                "controller-manager", false, "member node-2, which leads, does not answer", ""),
            new Health("scheduler", false, "member node-2, which leads, does not answer", ""),
            Health.ok("store-node-1"),
            new Health("store-node-2", false, "", "it does not answer"),
            new Health("store-node-3", false, "", "it does not run"));
  }

  @Test
  void withoutALeaderNothingIsWell() {
    List<Health> healths =
        healths(
            report("node-1", "", List.of("api")),
            true,
            Map.of("node-2", said("node-2", "", List.of("api")), "node-3", new Word.NotRunning()));

    assertThat(healths.subList(0, 4))
        .containsExactly(
            new Health("controller-manager", false, "no member leads", ""),
            new Health("scheduler", false, "no member leads", ""),
            new Health("store-node-1", false, "", "it knows no leader of group 0"),
            new Health("store-node-2", false, "", "it knows no leader of group 0"));
  }

  @Test
  void aLeaderWithoutASchedulerIsToldFromOneThatIsToHaveNone() {
    MemberReport leader = report("node-1", "node-1", List.of("api", "controllers"));
    Map<String, Word> others =
        Map.of(
            "node-2", said("node-2", "node-1", List.of("api")),
            "node-3", said("node-3", "node-1", List.of("api")));

    assertThat(healths(leader, true, others).get(1))
        .isEqualTo(
            new Health(
                "scheduler", false, "member node-1, which leads, has not begun with it", ""));
    assertThat(healths(leader, false, others).get(1))
        .isEqualTo(
            new Health("scheduler", false, "it is not among the controllers that are to run", ""));
  }
}
