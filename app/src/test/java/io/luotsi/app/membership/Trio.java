package io.luotsi.app.membership;

import io.luotsi.app.certificates.MemberTls;
import io.luotsi.app.certificates.TestMembers;
import io.luotsi.persistence.raft.ClusterState.Member;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.apache.pekko.cluster.typed.Cluster;

/** Three JVMs' memberships in one, each with its ActorSystem behind a gate. */
final class Trio implements AutoCloseable {
  static final List<String> NAMES = List.of("a", "b", "c");

  /** What one JVM has. */
  record One(String name, Authority authority, BareLives lives, Membership membership) {}

  private final Function<String, Authority> authorities;
  final Wires wires = new Wires(NAMES);
  private final Map<String, One> living = new ConcurrentSkipListMap<>();

  /** Whose pages nobody gets to see. */
  final Set<String> silent = ConcurrentHashMap.newKeySet();

  Trio(Function<String, Authority> authorities) throws IOException {
    this.authorities = authorities;
  }

  String address(String name) {
    return "pekko://luotsi@127.0.0.1:" + wires.port(name);
  }

  /** Of a member that knows where the others are. */
  MemberTls tls(String name) {
    return TestMembers.tls(
        name, (host, port) -> NAMES.stream().filter(seat -> wires.port(seat) == port).findFirst());
  }

  One start(String name) {
    wires.mend(name);
    BareLives lives = BareLives.at(wires, name, tls(name));
    Authority authority = authorities.apply(name);
    One one =
        new One(name, authority, lives, Membership.start(authority, () -> survey(name), lives));
    living.put(name, one);
    return one;
  }

  private CompletableFuture<Survey.Round> survey(String asking) {
    List<Survey.Answer> answers = new ArrayList<>();
    for (One one : living.values()) {
      if (!one.name().equals(asking) && !silent.contains(one.name())) {
        Membership.Standing standing = one.membership().standing();
        answers.add(
            new Survey.Answer(
                one.name(),
                standing.self(),
                standing.up(),
                standing.incarnation(),
                standing.unreachable(),
                one.authority().decided(),
                1));
      }
    }
    return CompletableFuture.completedFuture(new Survey.Round(answers, silent.isEmpty()));
  }

  One get(String name) {
    return Optional.ofNullable(living.get(name)).orElseThrow();
  }

  Collection<One> living() {
    return living.values();
  }

  /** Ends one without a word to the others. */
  void kill(String name) {
    wires.cut(name);
    One one = get(name);
    living.remove(name);
    one.membership().close();
  }

  /** Whether exactly those see each other, and nobody else, as members that are up. */
  boolean areOneCluster(String... names) {
    List<Member> expected = new ArrayList<>();
    for (String name : names) {
      expected.add(get(name).lives().self());
    }
    for (String name : names) {
      List<Member> seen = new ArrayList<>();
      Cluster cluster = Cluster.get(get(name).lives().begun.getLast());
      cluster.state().getMembers().forEach(member -> seen.add(View.member(member.uniqueAddress())));
      if (seen.size() != expected.size()
          || !seen.containsAll(expected)
          || !cluster.state().getUnreachable().isEmpty()
          || !get(name).membership().standing().up()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    for (String name : List.copyOf(living.keySet())) {
      kill(name);
    }
    wires.close();
  }
}
