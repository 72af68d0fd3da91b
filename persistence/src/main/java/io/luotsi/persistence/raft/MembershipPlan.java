package io.luotsi.persistence.raft;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the leader of a group does next, so that those take part in it who are enrolled. One voter
 * at a time comes or goes: the majorities before and after such a step always have a member in
 * common, so nothing is lost and no two lead, wherever in a step its leader dies. Whoever leads
 * next finds out by the same rules what is left to be done.
 *
 * <p>Who joins listens first. Listeners become voters when they have caught up and the number of
 * voters is odd thereafter, so two of them together, one right after the other: an even number of
 * voters survives no more deaths than one less. Voters stay voters when another one goes.
 */
final class MembershipPlan {
  /** How many committed entries a listener may be behind to become a voter. */
  static final long CAUGHT_UP_ENTRIES = 1_000;

  /** Who has not answered the leader for so long does not live. */
  static final long SILENT_MILLIS = 1_000;

  /** One change of a group's configuration, or of its leader. */
  sealed interface Step {
    /** Has a newcomer get the log. */
    record Listen(Peer peer) implements Step {}

    /** Makes a voter of a listener. */
    record Admit(Peer peer) implements Step {}

    /** Ends the part of a voter or listener. */
    record Forget(Peer peer) implements Step {}

    /** Hands over: the leader itself is to go. */
    record Yield() implements Step {}
  }

  /**
   * What the leader knows of another one.
   *
   * @param lag how many committed entries are not known to be in its log
   * @param silentMillis since it has last answered
   */
  record Progress(long lag, long silentMillis) {
    boolean lives() {
      return silentMillis < SILENT_MILLIS;
    }

    boolean keepsUp() {
      return lives() && lag <= CAUGHT_UP_ENTRIES;
    }
  }

  /**
   * @param self peer id of the leader
   * @param enrolled who is to take part; empty while nobody has changed that
   * @param progress of the others, by peer id
   * @param elsewhere peer ids that take part in groups which have to be left before this one
   */
  record Situation(
      String self,
      Configuration configuration,
      List<Peer> enrolled,
      Map<String, Progress> progress,
      Set<String> elsewhere) {
    boolean isEnrolled(Peer peer) {
      return enrolled.stream().anyMatch(one -> one.id().equals(peer.id()));
    }

    boolean lives(Peer peer) {
      return peer.id().equals(self) || is(peer, Progress::lives);
    }

    private boolean is(Peer peer, Predicate<Progress> what) {
      return Optional.ofNullable(progress.get(peer.id())).filter(what).isPresent();
    }

    /** Whether a majority of these lives. */
    boolean canDecide(List<Peer> voters) {
      return 2 * voters.stream().filter(this::lives).count() > voters.size();
    }
  }

  private MembershipPlan() {}

  static Optional<Step> next(Situation now) {
    Configuration configuration = now.configuration();
    if (configuration.changing() || now.enrolled().isEmpty()) {
      return Optional.empty();
    }
    if (now.enrolled().stream().noneMatch(peer -> peer.id().equals(now.self()))) {
      return yieldIfPossible(now);
    }
    Set<String> present = configuration.ids();
    Optional<Peer> missing =
        now.enrolled().stream().filter(peer -> !present.contains(peer.id())).findFirst();
    if (missing.isPresent()) {
      return missing.map(Step.Listen::new);
    }
    return whoGoes(now).or(() -> whoVotes(now));
  }

  private static Optional<Step> yieldIfPossible(Situation now) {
    boolean possible =
        now.configuration().voters().stream()
            .anyMatch(peer -> now.isEnrolled(peer) && now.lives(peer));
    return possible ? Optional.of(new Step.Yield()) : Optional.empty();
  }

  private static Optional<Step> whoGoes(Situation now) {
    return now.configuration()
        .all()
        .filter(peer -> !now.isEnrolled(peer) && !now.elsewhere().contains(peer.id()))
        .filter(peer -> mayGo(peer, now))
        .<Step>map(Step.Forget::new)
        .findFirst();
  }

  /** Who is replaced stays until the other one has caught up; others if a majority lives then. */
  private static boolean mayGo(Peer peer, Situation now) {
    if (now.configuration().hasListener(peer.id())) {
      return true;
    }
    boolean replaced =
        now.enrolled().stream()
            .filter(one -> one.name().equals(peer.name()))
            .allMatch(one -> now.is(one, Progress::keepsUp));
    return replaced && now.canDecide(now.configuration().without(peer).voters());
  }

  private static Optional<Step> whoVotes(Situation now) {
    Configuration configuration = now.configuration();
    List<Peer> ready =
        configuration.listeners().stream()
            .filter(peer -> now.isEnrolled(peer) && now.is(peer, Progress::keepsUp))
            .toList();
    if (ready.isEmpty() || ready.size() < wanted(configuration)) {
      return Optional.empty();
    }
    Peer first = ready.getFirst();
    return now.canDecide(configuration.without(first).withVoter(first).voters())
        ? Optional.of(new Step.Admit(first))
        : Optional.empty();
  }

  /** How many more voters make an odd number of them. */
  private static int wanted(Configuration configuration) {
    return configuration.voters().size() % 2 == 0 ? 1 : 2;
  }

  /** Whether nothing is left to be done, whoever lives. */
  static boolean isSettled(Configuration configuration, List<Peer> enrolled) {
    Set<String> wished = enrolled.stream().map(Peer::id).collect(Collectors.toSet());
    return !configuration.changing()
        && (enrolled.isEmpty() || configuration.ids().equals(wished))
        && configuration.listeners().size() < wanted(configuration);
  }

  /** The same, whatever becomes of members of that name. */
  static boolean isSettledBut(String name, Configuration configuration, List<Peer> enrolled) {
    Set<String> wished = new HashSet<>();
    enrolled.stream().filter(peer -> !peer.name().equals(name)).forEach(p -> wished.add(p.id()));
    Set<String> present = new HashSet<>();
    configuration.all().filter(peer -> !peer.name().equals(name)).forEach(p -> present.add(p.id()));
    return !configuration.changing() && (enrolled.isEmpty() || present.equals(wished));
  }
}
