package io.luotsi.persistence.raft;

import io.luotsi.core.api.GroupResource;
import io.luotsi.persistence.FreePorts;
import io.luotsi.persistence.registry.ResourceSettings;
import io.luotsi.persistence.registry.WindowLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/** Real members on disk, without an ActorSystem. */
final class TestMember {
  private static final Function<GroupResource, ResourceSettings> PLAIN =
      resource -> ResourceSettings.DEFAULT;

  private TestMember() {}

  static RaftMember start(Path directory, int groups) throws IOException {
    return start("one", directory, groups);
  }

  static RaftMember start(String name, Path directory, int groups) throws IOException {
    return start(name, directory, new Groups(groups, Map.of()));
  }

  static RaftMember start(String name, Path directory, Groups groups) throws IOException {
    return start(
        name,
        directory,
        new MemberSettings.Tuning(
            groups, WindowLimits.standard(), new SnapshotPolicy(20, 1 << 20)));
  }

  static RaftMember start(Path directory, WindowLimits window, SnapshotPolicy policy)
      throws IOException {
    return start("one", directory, new MemberSettings.Tuning(Groups.ONE, window, policy));
  }

  private static RaftMember start(String name, Path directory, MemberSettings.Tuning tuning)
      throws IOException {
    return RaftMember.start(
        new MemberSettings(name, directory, "127.0.0.1", FreePorts.next(), tuning), PLAIN);
  }

  /** Waits until the member leads, in a term that is wanted. */
  static long ready(RaftGroupMember group, Predicate<Long> wanted) throws Exception {
    CompletableFuture<Long> term = new CompletableFuture<>();
    Subscription subscription =
        group.subscribe(
            leadership ->
                leadership.readyTerm().stream().boxed().filter(wanted).forEach(term::complete));
    try {
      return term.get(20, TimeUnit.SECONDS);
    } finally {
      subscription.close();
    }
  }

  static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
