package io.luotsi.app.command;

import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.MemberRecord;
import io.luotsi.app.directory.Processes;
import io.luotsi.app.directory.Seat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A member as its process and its own record show it, without asking it.
 *
 * @param pid 0 if it does not run
 * @param claimsToLead in {@code term}; one that is paused or cut off may be wrong
 */
record Sighting(String name, State state, long pid, boolean claimsToLead, long term) {
  /** What its process does. */
  enum State {
    DOWN,
    PAUSED,
    STARTING,
    RUNNING;

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  static Sighting of(DataDirectory directory, Seat seat) {
    Optional<MemberRecord> running = directory.member(seat.name()).running();
    if (running.isEmpty()) {
      return new Sighting(seat.name(), State.DOWN, 0, false, 0);
    }
    MemberRecord record = running.get();
    State state =
        Processes.isPaused(record.pid())
            ? State.PAUSED
            : record.startMillis() == 0 ? State.STARTING : State.RUNNING;
    return new Sighting(seat.name(), state, record.pid(), record.leader(), record.term());
  }

  /** Whether it may answer. */
  boolean isAwake() {
    return state == State.STARTING || state == State.RUNNING;
  }

  /** Who leads: of those that claim it and are not paused, the one of the latest term. */
  static Optional<Sighting> leader(List<Sighting> members) {
    return members.stream()
        .filter(Sighting::claimsToLead)
        .filter(member -> member.state() != State.PAUSED)
        .max(Comparator.comparingLong(Sighting::term));
  }

  /**
   * What has happened between two looks, a line each; nothing about what goes without saying.
   *
   * @param before and {@code now}: the same members in the same order
   */
  static List<String> changes(List<Sighting> before, List<Sighting> now) {
    List<String> lines = new ArrayList<>();
    for (int member = 0; member < now.size(); member++) {
      lines.addAll(changes(before.get(member), now.get(member)));
    }
    Optional<Sighting> leader = leader(now);
    if (leader.isPresent()
        && leader(before)
            .filter(old -> old.name().equals(leader.get().name()))
            .filter(old -> old.term() == leader.get().term())
            .isEmpty()) {
      lines.add(leader.get().name() + " leads, in term " + leader.get().term());
    }
    return lines;
  }

  private static List<String> changes(Sighting before, Sighting now) {
    List<String> lines = new ArrayList<>();
    boolean another = before.pid() != now.pid();
    if (another && before.state() != State.DOWN) {
      lines.add(before.name() + " (pid " + before.pid() + ") has ended");
    }
    if (another && now.state() != State.DOWN) {
      lines.add(now.name() + " (pid " + now.pid() + ") has started");
    }
    boolean same = !another && before.state() == now.state();
    switch (now.state()) {
      case DOWN, STARTING -> {
        if (!another && before.state() == State.PAUSED) {
          lines.add(now.name() + " goes on");
        }
      }
      case PAUSED -> {
        if (!same) {
          lines.add(now.name() + " is paused");
        }
      }
      case RUNNING -> {
        if (!same) {
          lines.add(
              now.name() + (before.state() == State.PAUSED && !another ? " goes on" : " answers"));
        }
      }
    }
    return lines;
  }
}
