package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.connection.ApiConnection;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.member.MemberReport;
import io.luotsi.app.member.MembersDesk;
import io.luotsi.core.api.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** The members of a running cluster that take part in Raft, for whoever changes who they are. */
final class ControlPlane implements AutoCloseable {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);
  private static final Duration DECIDED_WITHIN = Duration.ofSeconds(30);

  /** A newcomer is sent all that the cluster holds. */
  private static final Duration DONE_WITHIN = Duration.ofSeconds(300);

  private final ClusterIdentity identity;
  private final List<Seat> seats;
  private final ApiConnection api;

  private ControlPlane(ClusterIdentity identity, List<Seat> seats, ApiConnection api) {
    this.identity = identity;
    this.seats = seats;
    this.api = api;
  }

  /**
   * @throws PlainFailure if the cluster does not run, or is one of those whose only member has no
   *     port to itself
   */
  static ControlPlane of(DataDirectory directory, ClusterIdentity identity) {
    if (ClusterState.firstRunning(directory).isEmpty()) {
      throw new PlainFailure(
          "the cluster in %s is not running; start it with: luotsi up".formatted(directory.root()));
    }
    for (Seat seat : identity.controlPlane()) {
      if (!identity.sharesApi(seat)) {
        throw new PlainFailure(
            "%s has the API's port to itself since an older version founded it; luotsi down and up gives it another"
                .formatted(seat.name()));
      }
    }
    List<Seat> running =
        identity.controlPlane().stream()
            .filter(seat -> Sighting.of(directory, seat).isAwake())
            .toList();
    return new ControlPlane(
        identity, running, ApiConnection.open(directory, identity.apiAddress()));
  }

  /** How the member that leads sees it. */
  Optional<MembersDesk.Standing> standing() {
    for (Seat seat : seats) {
      try {
        String address = identity.ownAddress(seat);
        byte[] report = api.ask(address, MemberReport.PATH, ANSWER_WITHIN).join();
        if (MemberPages.leads(MemberReport.parse(report))) {
          byte[] page = api.ask(address, MembersDesk.PATH, ANSWER_WITHIN).join();
          return Optional.of(Json.readAs(page, MembersDesk.Standing.class));
        }
      } catch (CompletionException e) {
        continue; // the others may know
      }
    }
    return Optional.empty();
  }

  /**
   * The same, waited for.
   *
   * @throws PlainFailure if nobody leads in time
   */
  MembersDesk.Standing awaitStanding() {
    List<MembersDesk.Standing> found = new CopyOnWriteArrayList<>();
    Patience.until(
        () -> {
          standing().ifPresent(found::add);
          return !found.isEmpty();
        },
        DECIDED_WITHIN);
    if (found.isEmpty()) {
      throw new PlainFailure("nobody leads: too few of the control-plane JVMs answer");
    }
    return found.getFirst();
  }

  /** As {@link MembersDesk} reads it. */
  static String addition(Seat seat) {
    return arrival("add", seat)
        + "&about="
        + encoded(new String(Json.write(Json.objectOf(seat)), StandardCharsets.UTF_8));
  }

  static String replacement(Seat seat) {
    return arrival("replace", seat);
  }

  static String removal(String name) {
    return "change=remove&name=" + encoded(name);
  }

  private static String arrival(String change, Seat seat) {
    return "change=%s&name=%s&peer=%s&host=%s&port=%d"
        .formatted(
            change,
            encoded(seat.name()),
            encoded(seat.peerId()),
            encoded(seat.host()),
            seat.raftPort());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /**
   * Has a change decided, by whoever leads.
   *
   * @param passing refusals that may pass by themselves soon
   * @throws PlainFailure if it is refused, or nobody leads in time
   */
  void decide(String change, Predicate<String> passing) {
    long deadline = System.nanoTime() + DECIDED_WITHIN.toNanos();
    String last = "nobody leads: too few of the control-plane JVMs answer";
    while (System.nanoTime() < deadline) {
      for (Seat seat : seats) {
        Optional<MembersDesk.Answer> answer =
            api.act(identity.ownAddress(seat), MembersDesk.PATH + "?" + change, ANSWER_WITHIN)
                .map(body -> Json.readAs(body, MembersDesk.Answer.class));
        if (answer.isPresent()) {
          switch (answer.get().result()) {
            case DECIDED -> {
              return;
            }
            case REFUSED -> {
              last = answer.get().why();
              if (!passing.test(last)) {
                throw new PlainFailure(last);
              }
            }
            case UNKNOWN -> last = answer.get().why();
            case ELSEWHERE -> {}
          }
        }
      }
      Patience.until(() -> false, ANSWER_WITHIN.dividedBy(6));
    }
    throw new PlainFailure(last);
  }

  /**
   * Waits until the leader sees it so.
   *
   * @throws PlainFailure if it does not in time
   */
  MembersDesk.Standing await(Predicate<MembersDesk.Standing> condition, String late) {
    List<MembersDesk.Standing> found = new CopyOnWriteArrayList<>();
    boolean seen =
        Patience.until(
            () -> {
              standing().filter(condition).ifPresent(found::add);
              return !found.isEmpty();
            },
            DONE_WITHIN);
    if (!seen) {
      throw new PlainFailure(late);
    }
    return found.getFirst();
  }

  /**
   * Deletes a member's node, as {@code kubectl delete node} does.
   *
   * @throws PlainFailure if that does not succeed in time, also when another begins to lead
   */
  void deleteNode(String name) {
    AtomicReference<PlainFailure> last =
        new AtomicReference<>(new PlainFailure("cannot delete node " + name));
    boolean deleted =
        Patience.until(
            () -> {
              try {
                api.delete("/api/v1/nodes/" + name);
                return true;
              } catch (PlainFailure e) {
                last.set(e);
                return false;
              }
            },
            DECIDED_WITHIN);
    if (!deleted) {
      throw last.get();
    }
  }

  @Override
  public void close() {
    api.close();
  }
}
