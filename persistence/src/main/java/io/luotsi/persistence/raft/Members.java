package io.luotsi.persistence.raft;

import io.luotsi.core.api.StageFailure;
import io.luotsi.persistence.registry.WriteFailure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who takes part in all of a cluster's groups, and how that is changed while clients write.
 *
 * <p>A change is one entry of group 0's log, the list of those who are to take part. Every group's
 * leader makes it true, step by step ({@link MembershipPlan}); so one that was interrupted goes on
 * by itself, and a leader that is to go hands over first. One member changes at a time: the next
 * change is refused until all groups are as the last one wants them.
 */
public final class Members {
  private final RaftMember member;

  Members(RaftMember member) {
    this.member = member;
  }

  /**
   * How a member takes part.
   *
   * @param voters the groups in which it elects, in order
   * @param listeners the groups in which it only listens, in order
   * @param enrolled whether it is to take part; if not, it is on its way out
   */
  public record Standing(
      Peer peer, List<Integer> voters, List<Integer> listeners, boolean enrolled) {}

  /** All who take part or are to, in order of their ids, as far as this member knows. */
  public List<Standing> list() {
    List<Peer> enrolled = enrolled();
    Map<String, Peer> all =
        Stream.concat(
                enrolled.stream(),
                member.groups().stream().flatMap(group -> group.configuration().all()))
            .collect(Collectors.toMap(Peer::id, peer -> peer, (one, same) -> one));
    return all.values().stream()
        .sorted(Comparator.comparing(Peer::id))
        .map(peer -> standing(peer, enrolled))
        .toList();
  }

  private Standing standing(Peer peer, List<Peer> enrolled) {
    List<Integer> voters = new ArrayList<>();
    List<Integer> listeners = new ArrayList<>();
    for (RaftGroupMember group : member.groups()) {
      Configuration configuration = group.configuration();
      if (configuration.voter(peer.id()).isPresent()) {
        voters.add(group.number());
      } else if (configuration.hasListener(peer.id())) {
        listeners.add(group.number());
      }
    }
    return new Standing(
        peer, voters, listeners, enrolled.stream().anyMatch(one -> one.id().equals(peer.id())));
  }

  /** Whether all groups are as the last change wants them, as far as this member knows. */
  public boolean isSettled() {
    return member.groups().stream()
        .allMatch(group -> MembershipPlan.isSettled(group.configuration(), enrolled()));
  }

  /** What has been decided; before the first change those who take part in group 0. */
  private List<Enrolment> enrolments() {
    List<Enrolment> decided = first().cluster().value().enrolled();
    return decided.isEmpty()
        ? first().configuration().all().map(peer -> new Enrolment(peer, "")).toList()
        : decided;
  }

  private List<Peer> enrolled() {
    return enrolments().stream().map(Enrolment::peer).toList();
  }

  private RaftGroupMember first() {
    return member.groups().getFirst();
  }

  /**
   * Adds a member, whose server should run already and wait ({@link MemberIdentity#markJoining}).
   *
   * @param about for the other members, see {@link Enrolment}
   */
  public CompletionStage<MemberChange> add(Peer peer, String about) {
    return decide(
        () -> {
          for (Peer known : enrolled()) {
            if (known.name().equals(peer.name())) {
              return Optional.of(
                  known.id().equals(peer.id())
                      ? "member '%s' is there already".formatted(peer.name())
                      : "there is another member '%s' already; one that was wiped is replaced"
                          .formatted(peer.name()));
            }
          }
          return taken(peer).or(this::underWay);
        },
        Stream.concat(enrolments().stream(), Stream.of(new Enrolment(peer, about))).toList());
  }

  private Optional<String> taken(Peer peer) {
    return enrolled().stream()
        .filter(known -> !known.name().equals(peer.name()))
        .filter(known -> known.host().equals(peer.host()) && known.port() == peer.port())
        .map(known -> "%s:%d is member '%s'".formatted(peer.host(), peer.port(), known.name()))
        .findFirst();
  }

  private Optional<String> underWay() {
    return isSettled()
        ? Optional.empty()
        : Optional.of("another change of members is under way; try again when it is done");
  }

  private Optional<String> underWayBut(String name) {
    boolean settled =
        member.groups().stream()
            .allMatch(
                group -> MembershipPlan.isSettledBut(name, group.configuration(), enrolled()));
    return settled
        ? Optional.empty()
        : Optional.of("a change of another member is under way; try again when it is done");
  }

  /** Removes a member, whether it lives or not; one that leads hands over first. */
  public CompletionStage<MemberChange> remove(String name) {
    return decide(
        () -> {
          if (enrolled().stream().noneMatch(known -> known.name().equals(name))) {
            return Optional.of("there is no member '%s'".formatted(name));
          }
          if (enrolled().size() == 1) {
            return Optional.of("'%s' is the last member".formatted(name));
          }
          return withoutMajority(name).or(() -> underWayBut(name));
        },
        enrolments().stream().filter(known -> !known.peer().name().equals(name)).toList());
  }

  private Optional<String> withoutMajority(String name) {
    MembershipPlan.Situation now = first().membership().situation(List.of(), Set.of());
    List<Peer> left =
        now.configuration().voters().stream().filter(peer -> !peer.name().equals(name)).toList();
    long living = left.stream().filter(now::lives).count();
    if (left.isEmpty()) {
      return Optional.of("'%s' is the only one with a vote".formatted(name));
    }
    return now.canDecide(left)
        ? Optional.empty()
        : Optional.of(
            "without '%s' only %d of %d voters answer, which is no majority"
                .formatted(name, living, left.size()));
  }

  /**
   * Puts a new peer in the place of an old one of its name, whose data is gone. The new one's
   * server should run already and wait.
   */
  public CompletionStage<MemberChange> replace(Peer peer) {
    return decide(
        () -> {
          Optional<Peer> old =
              enrolled().stream().filter(known -> known.name().equals(peer.name())).findFirst();
          if (old.isEmpty()) {
            return Optional.of("there is no member '%s' to be replaced".formatted(peer.name()));
          }
          if (old.get().id().equals(peer.id())) {
            return Optional.of("member '%s' is there already".formatted(peer.name()));
          }
          if (first().membership().situation(List.of(), Set.of()).lives(old.get())) {
            return Optional.of("the member '%s' that is there lives".formatted(peer.name()));
          }
          return taken(peer).or(() -> underWayBut(peer.name()));
        },
        enrolments().stream()
            .map(
                known ->
                    known.peer().name().equals(peer.name())
                        ? new Enrolment(peer, known.about())
                        : known)
            .toList());
  }

  private CompletionStage<MemberChange> decide(
      Supplier<Optional<String>> obstacle, List<Enrolment> wished) {
    RaftGroupMember group = first();
    if (!(group.leadership() instanceof Leadership.Ready)) {
      return CompletableFuture.completedFuture(elsewhere(group));
    }
    Optional<String> why = obstacle.get();
    if (why.isPresent()) {
      return CompletableFuture.completedFuture(new MemberChange.Refused(why.get()));
    }
    Entry.Enrol entry = new Entry.Enrol(group.cluster().value().enrolled(), wished);
    return group
        .propose(entry)
        .handleAsync(
            (verdict, failure) -> failure == null ? outcome(verdict) : outcome(group, failure),
            member.wakers());
  }

  private static MemberChange elsewhere(RaftGroupMember group) {
    return new MemberChange.Elsewhere(
        group.leader() instanceof Leader.Elsewhere(String name)
            ? Optional.of(name)
            : Optional.empty());
  }

  private static MemberChange outcome(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Applied applied -> new MemberChange.Decided();
      case Verdict.Refused(String why) -> new MemberChange.Refused(why);
    };
  }

  private static MemberChange outcome(RaftGroupMember group, Throwable failure) {
    Throwable why = StageFailure.cause(failure);
    return why instanceof WriteFailure.NotDone
        ? elsewhere(group)
        : new MemberChange.Unknown(String.valueOf(why));
  }
}
