package io.luotsi.node.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MountNamespaceTest {
  private static final Path SEEN_HERE = Path.of("/proc/thread-self/ns/mnt");

  @BeforeEach
  void onlyWhereMountsCanBeMade() {
    assumeTrue(MountNamespace.canBeMade(), "this JVM may mount nothing");
  }

  private static <T> T onItsOwnThread(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().start(task);
    return task.get();
  }

  @Test
  void whoeverHasStartedAProgramSeesTheMountsOfTheJvmAgain() throws Exception {
    Path jvm = Files.readSymbolicLink(Path.of("/proc/self/ns/mnt"));
    List<Path> seen =
        onItsOwnThread(
            () -> {
              Path inside =
                  new MountNamespace.With(List.of())
                      .runHere(() -> Files.readSymbolicLink(SEEN_HERE));
              return List.of(inside, Files.readSymbolicLink(SEEN_HERE));
            });
    assertThat(seen.getFirst()).isNotEqualTo(jvm);
    assertThat(seen.getLast()).isEqualTo(jvm);
  }

  @Test
  void soDoesWhoeverCouldNotStartIt() throws Exception {
    Path jvm = Files.readSymbolicLink(Path.of("/proc/self/ns/mnt"));
    Path afterwards =
        onItsOwnThread(
            () -> {
              assertThatThrownBy(
                      () ->
                          new MountNamespace.With(List.of())
                              .runHere(
                                  () -> {
                                    throw new IOException("no");
                                  }))
                  .hasMessage("no");
              return Files.readSymbolicLink(SEEN_HERE);
            });
    assertThat(afterwards).isEqualTo(jvm);
  }
}
