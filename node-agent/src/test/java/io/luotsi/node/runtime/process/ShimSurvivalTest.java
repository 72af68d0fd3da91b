package io.luotsi.node.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.node.runtime.ContainerRuntime.Container;
import io.luotsi.node.runtime.ContainerRuntime.State;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers whose JVM was killed with SIGKILL, seen by the next JVM. */
class ShimSurvivalTest {
  @TempDir Path state;
  private final List<ProcessRuntime> opened = new ArrayList<>();

  @AfterEach
  void endEverything() throws IOException {
    opened.forEach(ProcessRuntime::close);
    ProcessRuntime.cleanUp(state);
  }

  /** Starts a JVM that starts the containers, and kills it when they run. */
  private void startInAnotherJvmAndKillIt(String... scripts) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(RuntimeHost.class.getName(), state.toString()));
    command.addAll(List.of(scripts));
    Process jvm =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader out = jvm.inputReader()) {
      assertThat(out.readLine()).isEqualTo("started");
    }
    jvm.destroyForcibly().waitFor();
    assertThat(jvm.exitValue()).isEqualTo(137);
  }

  private ProcessRuntime open() throws IOException {
    ProcessRuntime runtime = ProcessRuntime.open(RuntimeHost.settings(state));
    opened.add(runtime);
    return runtime;
  }

  private ContainerDirectory directory(String name) {
    return new ContainerDirectory(state.resolve("pods/pod/containers/" + name + "/0"));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  @Test
  void runningContainerIsAdoptedWithoutARestartAndItsEndIsHeard() throws Exception {
    startInAnotherJvmAndKillIt("while [ ! -e go ]; do sleep 0.02; done; exit 7");
    ProcTable.Identity before = directory("c1").first().orElseThrow();
    assertThat(ProcTable.runs(before)).isTrue();
    String address = Files.readString(state.resolve("pods/pod/pod.json"));

    ProcessRuntime runtime = open();
    BlockingQueue<Container> exits = new LinkedBlockingQueue<>();
    runtime.onExit(exits::add);
    Container adopted = runtime.containers("pod").getFirst();
    assertThat(adopted.state()).isInstanceOf(State.Running.class);
    assertThat(adopted.state().startedAt()).isEqualTo(directory("c1").startedAt().orElseThrow());
    assertThat(directory("c1").first()).contains(before);
    assertThat(address).contains(runtime.sandboxes().getFirst().address());

    Files.createFile(directory("c1").work().resolve("go"));
    Container ended = exits.poll(10, TimeUnit.SECONDS);
    assertThat(ended.state())
        .isInstanceOfSatisfying(
            State.Exited.class,
            exited -> {
              assertThat(exited.exitCode()).isEqualTo(7);
              assertThat(exited.reason()).isEqualTo("Error");
            });
  }

  @Test
  void containersThatEndedWhileNoJvmLookedHaveTheirTrueExitCodes() throws Exception {
    startInAnotherJvmAndKillIt(
        "while [ ! -e go ]; do sleep 0.02; done; exit 0",
        "while [ ! -e go ]; do sleep 0.02; done; exit 42",
        "exec sleep 60");
    Files.createFile(directory("c1").work().resolve("go"));
    Files.createFile(directory("c2").work().resolve("go"));
    Native.kill(directory("c3").first().orElseThrow().pid(), Native.SIGTERM);
    for (String name : List.of("c1", "c2", "c3")) {
      await(() -> directory(name).ended().isPresent());
    }
    Instant finishedBefore = Instant.now();

    List<State.Exited> states =
        open().containers("pod").stream().map(c -> (State.Exited) c.state()).toList();
    assertThat(states).extracting(State.Exited::exitCode).containsExactly(0, 42, 143);
    assertThat(states)
        .extracting(State.Exited::reason)
        .containsExactly("Completed", "Error", "Error");
    assertThat(states)
        .allSatisfy(s -> assertThat(s.finishedAt()).isBeforeOrEqualTo(finishedBefore));
  }

  @Test
  void containerWhoseShimWasKilledIsOfUnknownStatusAndNothingOfItIsLeft() throws Exception {
    startInAnotherJvmAndKillIt("sleep 60 & sleep 60");
    ProcTable.Identity first = directory("c1").first().orElseThrow();
    Native.kill(directory("c1").shim().orElseThrow().pid(), Native.SIGKILL);
    await(() -> !ProcTable.runs(directory("c1").shim().orElseThrow()));
    assertThat(ProcTable.runs(first)).isTrue();

    Container found = open().containers("pod").getFirst();
    assertThat(found.state())
        .isInstanceOfSatisfying(
            State.Exited.class,
            exited -> {
              assertThat(exited.exitCode()).isEqualTo(137);
              assertThat(exited.reason()).isEqualTo("ContainerStatusUnknown");
            });
    assertThat(ProcTable.runs(first)).isFalse();
    assertThat(ProcTable.ofContainer(found.id(), Optional.empty())).isEmpty();
    opened.getLast().close();
    assertThat(open().containers("pod")).containsExactly(found);
  }

  @Test
  void logGoesOnWhileNoJvmReadsItAndItsLinesHaveTimes() throws Exception {
    startInAnotherJvmAndKillIt(
        "echo one; while [ ! -e go ]; do sleep 0.02; done; echo two; echo three >&2");
    Instant killed = Instant.now();
    Files.createFile(directory("c1").work().resolve("go"));
    await(() -> directory("c1").ended().isPresent());
    LogOptions stamped =
        new LogOptions(
            false, false, true, Optional.empty(), OptionalLong.empty(), OptionalLong.empty());

    ProcessRuntime runtime = open();
    String id = runtime.containers().getFirst().id();
    List<String> lines = LogText.read(runtime.logs(id, stamped).orElseThrow()).lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).endsWith(" one");
    assertThat(lines.get(1)).endsWith(" two");
    assertThat(lines.get(2)).endsWith(" three");
    // The kernel stamps files with the time of its last tick.
    Instant first = Instant.parse(lines.get(0).split(" ")[0]);
    Instant last = Instant.parse(lines.get(2).split(" ")[0]);
    assertThat(first).isBeforeOrEqualTo(last);
    assertThat(last).isAfter(killed.minusMillis(20));
  }

  @Test
  void cleanUpEndsWhatADeadJvmLeft() throws Exception {
    startInAnotherJvmAndKillIt("sleep 60 & sleep 60", "trap '' TERM; sleep 60; sleep 60");
    List<ProcTable.Identity> shims =
        List.of(directory("c1").shim().orElseThrow(), directory("c2").shim().orElseThrow());
    List<String> ids =
        List.of(
            directory("c1").read().orElseThrow().id(), directory("c2").read().orElseThrow().id());

    assertThat(ProcessRuntime.cleanUp(state)).isEqualTo(2);
    for (String id : ids) {
      assertThat(ProcTable.ofContainer(id, Optional.empty())).isEmpty();
    }
    await(() -> shims.stream().noneMatch(ProcTable::runs));
    assertThat(ProcessRuntime.cleanUp(state)).isZero();
  }

  @Test
  void cleanUpWithAGraceLetsEndByThemselvesThoseThatDo() throws Exception {
    startInAnotherJvmAndKillIt(
        "trap 'exit 3' TERM; echo up; while :; do sleep 0.1; done",
        "trap '' TERM; echo up; sleep 60; sleep 60");
    await(() -> hasSpoken("c1") && hasSpoken("c2")); // only then it has set its trap

    assertThat(ProcessRuntime.cleanUp(state, Duration.ofSeconds(2))).isEqualTo(2);

    assertThat(directory("c1").ended().orElseThrow().exitCode()).isEqualTo(3);
    assertThat(directory("c2").ended().orElseThrow().exitCode()).isEqualTo(137);
  }

  private boolean hasSpoken(String container) {
    return directory(container).log().toFile().length() > 0;
  }

  @Test
  void theNextJvmKnowsWhatCleanUpHasEnded() throws Exception {
    startInAnotherJvmAndKillIt("echo hello; sleep 60", "trap '' TERM; sleep 60; sleep 60");

    ProcessRuntime.cleanUp(state);

    assertThat(open().containers("pod"))
        .hasSize(2)
        .allSatisfy(
            container ->
                assertThat(container.state())
                    .isInstanceOfSatisfying(
                        State.Exited.class,
                        exited -> {
                          assertThat(exited.exitCode()).isEqualTo(137);
                          assertThat(exited.reason()).isEqualTo("Error");
                        }));
    assertThat(opened.getLast().sandboxes()).hasSize(1);
  }

  @Test
  void containerThatWasAskedForAndNeverStartedIsForgotten() throws Exception {
    startInAnotherJvmAndKillIt("sleep 60");
    Path other = state.resolve("pods/pod/containers/c2/0");
    Files.createDirectories(other);
    Files.copy(state.resolve("pods/pod/containers/c1/0/container.json"), other.resolve("x"));

    assertThat(open().containers("pod")).extracting(Container::name).containsExactly("c1");
    assertThat(other).doesNotExist();
  }
}
