package io.luotsi.app.member;

import io.luotsi.app.directory.Seat;
import io.luotsi.core.api.Json;
import io.luotsi.persistence.raft.Enrolment;
import io.luotsi.persistence.raft.RaftMember;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who is where. Of the control plane Raft has the word: with each member that it enrols it keeps
 * the seat, in every member's own journal; founders have theirs in the founding record. Workers are
 * looked up in the data directory.
 */
final class KnownSeats {
  private final MemberPlan plan;
  private volatile List<Seat> controlPlane;

  private KnownSeats(MemberPlan plan) {
    this.plan = plan;
    this.controlPlane = plan.identity().controlPlane();
  }

  /** Follows what Raft decides, as long as {@code raft} lives. */
  static KnownSeats follow(MemberPlan plan, RaftMember raft) {
    KnownSeats seats = new KnownSeats(plan);
    raft.clusterLog().subscribe(decided -> seats.hear(decided.enrolled()));
    return seats;
  }

  private void hear(List<Enrolment> enrolments) {
    if (enrolments.isEmpty()) { // nobody has changed anything, or this member has not heard of it
      return;
    }
    List<Seat> known = new ArrayList<>();
    for (Enrolment enrolment : enrolments) {
      seatOf(enrolment).ifPresent(known::add);
    }
    controlPlane = List.copyOf(known);
  }

  private Optional<Seat> seatOf(Enrolment enrolment) {
    if (!enrolment.about().isEmpty()) {
      return Optional.of(
          Json.readAs(enrolment.about().getBytes(StandardCharsets.UTF_8), Seat.class));
    }
    return plan.identity().controlPlane().stream()
        .filter(seat -> seat.name().equals(enrolment.peer().name()))
        .findFirst();
  }

  List<Seat> controlPlane() {
    return controlPlane;
  }

  /** The control plane without this member. */
  List<Seat> others() {
    return controlPlane.stream().filter(seat -> !seat.name().equals(plan.name())).toList();
  }

  /** With workers, also those that have come since this member's start; reads a file. */
  List<Seat> all() {
    List<Seat> all = new ArrayList<>(controlPlane);
    all.addAll(plan.workersNow());
    return all;
  }
}
