package io.luotsi.app.member;

import io.luotsi.core.api.Json;
import io.luotsi.http.routes.LocalPage;
import io.luotsi.http.routes.Query;
import io.luotsi.persistence.raft.MemberChange;
import io.luotsi.persistence.raft.Members;
import io.luotsi.persistence.raft.Peer;
import io.luotsi.persistence.raft.RaftMember;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Who takes part in Raft, at {@value #PATH} of every control-plane member, for administrators; and
 * at that of the leader a way to change it, by POST with {@code change=add|replace|remove} and
 * {@code name}, for the first two also {@code peer}, {@code host}, {@code port} and {@code about}.
 */
public final class MembersDesk {
  public static final String PATH = "/luotsi/members";

  /** What became of the wish to change something. */
  public enum Result {
    DECIDED,
    REFUSED,
    /** Another member leads. */
    ELSEWHERE,
    UNKNOWN
  }

  /**
   * @param why empty if it was decided
   */
  public record Answer(Result result, String why) {}

  /**
   * @param settled whether nothing is left to be done, as far as the member knows that was asked
   */
  public record Standing(List<Part> members, boolean settled) {
    public Standing {
      members = List.copyOf(members);
    }

    /** The one of that name that is to take part. */
    public Optional<Part> enrolled(String name) {
      return members.stream()
          .filter(part -> part.name().equals(name) && part.enrolled())
          .findFirst();
    }
  }

  /**
   * A member's part.
   *
   * @param votes whether it elects, in all groups
   * @param enrolled whether it is to take part; if not, it is on its way out
   */
  public record Part(String name, String peer, boolean votes, boolean enrolled) {}

  private MembersDesk() {}

  static LocalPage of(RaftMember raft) {
    return new LocalPage.Desk(
        PATH,
        () -> Json.objectOf(standing(raft)),
        query -> act(raft.members(), query).thenApply(Json::objectOf));
  }

  private static Standing standing(RaftMember raft) {
    int groups = raft.groups().size();
    return new Standing(
        raft.members().list().stream()
            .map(
                member ->
                    new Part(
                        member.peer().name(),
                        member.peer().id(),
                        member.voters().size() == groups,
                        member.enrolled()))
            .toList(),
        raft.members().isSettled());
  }

  private static CompletionStage<Answer> act(Members members, Query query) {
    String name = query.text("name");
    return switch (query.text("change")) {
      case "add" -> withPeer(query, peer -> members.add(peer, query.text("about")));
      case "replace" -> withPeer(query, members::replace);
      case "remove" -> members.remove(name).thenApply(MembersDesk::answer);
      default -> refused("change must be add, replace or remove");
    };
  }

  private static CompletionStage<Answer> withPeer(
      Query query, java.util.function.Function<Peer, CompletionStage<MemberChange>> change) {
    String port = query.text("port");
    if (query.text("peer").isEmpty()
        || query.text("host").isEmpty()
        || !port.matches("[1-9][0-9]{0,4}")) {
      return refused("a member is told by peer, host and port");
    }
    try {
      return change
          .apply(new Peer(query.text("peer"), query.text("host"), Integer.parseInt(port)))
          .thenApply(MembersDesk::answer);
    } catch (IllegalArgumentException e) {
      return refused(String.valueOf(e.getMessage()));
    }
  }

  private static CompletionStage<Answer> refused(String why) {
    return CompletableFuture.completedFuture(new Answer(Result.REFUSED, why));
  }

  private static Answer answer(MemberChange change) {
    return switch (change) {
      case MemberChange.Decided decided -> new Answer(Result.DECIDED, "");
      case MemberChange.Refused(String why) -> new Answer(Result.REFUSED, why);
      case MemberChange.Elsewhere(Optional<String> leader) ->
          new Answer(Result.ELSEWHERE, leader.orElse(""));
      case MemberChange.Unknown(String why) -> new Answer(Result.UNKNOWN, why);
    };
  }
}
