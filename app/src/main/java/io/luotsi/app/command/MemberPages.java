package io.luotsi.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.app.connection.ApiConnection;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.member.MemberReport;
import io.luotsi.core.api.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * What the members of a cluster say when they are asked side by side. One that does not answer
 * holds up the others for as long as {@link #LATER_THAN_FIRST} after the first.
 *
 * @param reports by the member's name, of those that have answered
 * @param nodes of the API, as one of those that have answered knows them; empty if none does
 */
record MemberPages(Map<String, MemberReport> reports, List<ObjectNode> nodes) {
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final Duration LATER_THAN_FIRST = Duration.ofMillis(700);
  private static final String NODES = "/api/v1/nodes?resourceVersion=0";

  static MemberPages ask(DataDirectory directory, ClusterIdentity identity, List<Seat> seats) {
    try (ApiConnection api = ApiConnection.open(directory, identity.apiAddress())) {
      Map<String, CompletableFuture<MemberReport>> pages = new TreeMap<>();
      for (Seat seat : seats) {
        pages.put(
            seat.name(),
            api.ask(identity.ownAddress(seat), MemberReport.PATH, LONGEST)
                .thenApply(MemberReport::parse));
      }
      awaitMost(List.copyOf(pages.values()));
      Map<String, MemberReport> reports = new TreeMap<>();
      pages.forEach(
          (name, page) -> {
            if (page.state() == CompletableFuture.State.SUCCESS) {
              reports.put(name, page.join());
            }
          });
      return new MemberPages(reports, nodes(api, identity, reports));
    }
  }

  private static void awaitMost(List<? extends CompletableFuture<?>> answers) {
    CompletableFuture<Void> first = new CompletableFuture<>();
    answers.forEach(answer -> answer.thenRun(() -> first.complete(null)));
    CompletableFuture<Void> all =
        CompletableFuture.allOf(
            answers.stream()
                .map(answer -> answer.handle((done, failed) -> true))
                .toArray(CompletableFuture<?>[]::new));
    CompletableFuture.anyOf(first, all).join(); // each ends by itself
    all.completeOnTimeout(null, LATER_THAN_FIRST.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  /** From the leader if it is among them, else from any control-plane member. */
  private static List<ObjectNode> nodes(
      ApiConnection api, ClusterIdentity identity, Map<String, MemberReport> reports) {
    List<Seat> asked =
        identity.controlPlane().stream()
            .filter(seat -> reports.containsKey(seat.name()))
            .sorted(Comparator.comparing(seat -> !leads(reports.get(seat.name()))))
            .toList();
    for (Seat seat : asked) {
      Optional<List<ObjectNode>> nodes = nodes(api, identity.ownAddress(seat));
      if (nodes.isPresent()) {
        return nodes.get();
      }
    }
    return List.of();
  }

  /** In the first group, in which the cluster decides about itself. */
  static boolean leads(MemberReport report) {
    return report.groups().stream().limit(1).anyMatch(MemberPages::leads);
  }

  static boolean leads(MemberReport.Group group) {
    return group.role().equals("leader");
  }

  private static Optional<List<ObjectNode>> nodes(ApiConnection api, String address) {
    List<ObjectNode> nodes = new ArrayList<>();
    try {
      byte[] list = api.ask(address, NODES, LATER_THAN_FIRST.multipliedBy(2)).join();
      for (JsonNode node : Json.readObject(list).path("items")) {
        nodes.add((ObjectNode) node);
      }
      return Optional.of(nodes);
    } catch (CompletionException e) {
      return Optional.empty(); // it begins or ends: the members are still worth showing
    }
  }
}
