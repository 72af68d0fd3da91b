package io.luotsi.app.member;

import io.luotsi.app.member.PeerPages.Word;
import io.luotsi.core.apiserver.Components;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How controllers, scheduler and those who keep the store are, by what all members of the control
 * plane say of themselves at this moment. Upstream's names; each voter of the store is one of its
 * own, as upstream's {@code etcd-0} is.
 */
final class ClusterComponents implements Components {
  private static final String STORE = "store-";
  private static final String CONTROLLER_MANAGER = "controller-manager";

  /** What is said of this member, and of the others by name. */
  private record Heard(MemberReport own, Map<String, Word> words) {
    Word of(String name) {
      return name.equals(own.name())
          ? new Word.Said(own)
          : words.getOrDefault(name, new Word.Silent());
    }

    /** Those that have answered, who leads in the newest term first. */
    List<MemberReport> reports() {
      List<MemberReport> reports = new ArrayList<>(List.of(own));
      for (Word word : words.values()) {
        if (word instanceof Word.Said(MemberReport report)) {
          reports.add(report);
        }
      }
      reports.sort(Comparator.comparing(ClusterComponents::term).reversed());
      return reports;
    }
  }

  private final Supplier<MemberReport> own;
  private final Supplier<CompletionStage<Map<String, Word>>> others;
  private final boolean schedules;

  /**
   * @param others what the rest of the control plane says, by the members' names
   * @param schedules whether this cluster is to have a scheduler
   */
  ClusterComponents(
      Supplier<MemberReport> own,
      Supplier<CompletionStage<Map<String, Word>>> others,
      boolean schedules) {
    this.own = own;
    this.others = others;
    this.schedules = schedules;
  }

  @Override
  public CompletionStage<List<Health>> ask() {
    return others.get().thenApply(words -> healths(new Heard(own.get(), words)));
  }

  private List<Health> healths(Heard heard) {
    List<Health> healths = new ArrayList<>();
    healths.add(besideLeader(CONTROLLER_MANAGER, LeaderWork.CONTROLLERS, heard));
    healths.add(
        schedules
            ? besideLeader(LeaderWork.SCHEDULER, LeaderWork.SCHEDULER, heard)
            : new Health(
                LeaderWork.SCHEDULER,
                false,
                "it is not among the controllers that are to run",
                ""));
    voters(heard).forEach(voter -> healths.add(store(voter, heard)));
    return healths;
  }

  private static Health besideLeader(String name, String work, Heard heard) {
    return heard.reports().stream().anyMatch(report -> report.doing().contains(work))
        ? Health.ok(name)
        : new Health(name, false, whyNot(heard), "");
  }

  private static String whyNot(Heard heard) {
    Optional<String> leader =
        heard.reports().stream()
            .map(ClusterComponents::leader)
            .filter(known -> !known.isEmpty())
            .findFirst();
    return leader
        .map(
            member ->
                silence(heard.of(member))
                    .map(why -> "member " + member + ", which leads, " + why)
                    .orElse("member " + member + ", which leads, has not begun with it"))
        .orElse("no member leads");
  }

  private static Health store(String voter, Heard heard) {
    String name = STORE + voter;
    return switch (heard.of(voter)) {
      case Word.Said(MemberReport report) ->
          report.groups().stream()
              .filter(group -> group.leader().isEmpty())
              .findFirst()
              .map(
                  group ->
                      new Health(name, false, "", "it knows no leader of group " + group.group()))
              .orElse(Health.ok(name));
      case Word word -> new Health(name, false, "", "it " + silence(word).orElseThrow());
    };
  }

  /** Why nothing is known of a member, as the rest of a sentence about it; empty if it answers. */
  private static Optional<String> silence(Word word) {
    return switch (word) {
      case Word.Said said -> Optional.empty();
      case Word.NotRunning notRunning -> Optional.of("does not run");
      case Word.Silent silent -> Optional.of("does not answer");
    };
  }

  private static SortedSet<String> voters(Heard heard) {
    SortedSet<String> voters = new TreeSet<>();
    heard.own().groups().forEach(group -> voters.addAll(group.voters()));
    return voters;
  }

  private static long term(MemberReport report) {
    return first(report, MemberReport.Group::term).orElse(0L);
  }

  private static String leader(MemberReport report) {
    return first(report, MemberReport.Group::leader).orElse("");
  }

  private static <T> Optional<T> first(
      MemberReport report, Function<MemberReport.Group, T> property) {
    return report.groups().stream().findFirst().map(property);
  }
}
