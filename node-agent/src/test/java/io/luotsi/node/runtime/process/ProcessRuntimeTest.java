package io.luotsi.node.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.node.runtime.ContainerRuntime;
import io.luotsi.node.runtime.ContainerRuntime.Container;
import io.luotsi.node.runtime.ContainerRuntime.ContainerSpec;
import io.luotsi.node.runtime.ContainerRuntime.Image;
import io.luotsi.node.runtime.ContainerRuntime.Limits;
import io.luotsi.node.runtime.ContainerRuntime.State;
import io.luotsi.node.runtime.ContainerRuntimeContract;
import io.luotsi.node.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessRuntimeTest extends ContainerRuntimeContract {
  @TempDir Path state;

  @Override
  protected ContainerRuntime open() throws IOException {
    return ProcessRuntime.open(RuntimeHost.settings(state));
  }

  private Container shell(String script) throws Exception {
    runtime.createSandbox(pod("a"));
    return runtime.start(container("a", 0, "sh", "-c", script));
  }

  private State.Exited exitOf(String script) throws Exception {
    shell(script);
    return (State.Exited) awaitExit().state();
  }

  private String log(Container container) throws Exception {
    return LogText.read(runtime.logs(container.id(), WHOLE_LOG).orElseThrow());
  }

  @Test
  void exitCodesAreTheProgramsOwn() throws Exception {
    assertThat(exitOf("exit 3").exitCode()).isEqualTo(3);
    runtime.removeSandbox("a");
    assertThat(exitOf("exit 0").reason()).isEqualTo("Completed");
    runtime.removeSandbox("a");
    assertThat(exitOf("kill -9 $$").exitCode()).isEqualTo(137);
    runtime.removeSandbox("a");
    assertThat(exitOf("kill -INT $$").exitCode()).isEqualTo(130);
  }

  @Test
  void containerIsASessionWithDefaultSignalsItsOwnDirectoryAndEnvironment() throws Exception {
    runtime.createSandbox(pod("a"));
    String script = "echo $GREETING; pwd; grep SigIgn /proc/self/status; ls /proc/self/fd | wc -l";
    Container started =
        runtime.start(
            new ContainerSpec(
                "a",
                "main",
                0,
                "luotsi.io/host",
                List.of("sh", "-c", script),
                Map.of("GREETING", "moi"),
                "",
                Limits.NONE));
    awaitExit();

    List<String> lines = log(started).lines().toList();
    assertThat(lines.get(0)).isEqualTo("moi");
    assertThat(lines.get(1)).isEqualTo(state + "/pods/a/containers/main/0/work");
    long ignored = Long.parseLong(lines.get(2).split("\t")[1], 16);
    assertThat(ignored & 0x7fff_ffff).as("signals 1 to 31").isZero();
    assertThat(Integer.parseInt(lines.get(3).strip())).as("0, 1, 2 and ls' own").isEqualTo(4);
  }

  @Test
  void variablesThatNoShellPassesOnArriveAllTheSame() throws Exception {
    runtime.createSandbox(pod("a"));
    Container started =
        runtime.start(
            new ContainerSpec(
                "a",
                "main",
                0,
                "luotsi.io/host",
                List.of("env"),
                Map.of("odd.name-1", "a b=c", "EVEN", "d"),
                "",
                Limits.NONE));
    awaitExit();
    assertThat(log(started).lines()).contains("odd.name-1=a b=c", "EVEN=d");
  }

  @Test
  void listeningSocketsOfTheJvmDoNotLiveOnInContainers() throws Exception {
    int port;
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      shell("sleep 60");
    }
    try (ServerSocket again = new ServerSocket()) {
      again.setReuseAddress(false);
      again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      assertThat(again.isBound()).isTrue();
    }
  }

  @Test
  void stopLetsAProgramEndInItsOwnWay() throws Exception {
    Container started =
        shell("trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.01; done");
    awaitLog(started, "up\n");
    runtime.stop(started.id(), Duration.ofSeconds(10));

    assertThat(((State.Exited) runtime.containers().getFirst().state()).exitCode()).isEqualTo(5);
    // The signal goes to its children, too, which a shell may remark upon.
    assertThat(log(started)).startsWith("up\n").endsWith("bye\n");
  }

  @Test
  void programThatIgnoresTermIsKilledAfterItsGraceWithAllItsChildren() throws Exception {
    Container started = shell("trap '' TERM; sleep 60 & echo up; while :; do sleep 0.01; done");
    awaitLog(started, "up\n");
    long before = System.nanoTime();
    runtime.stop(started.id(), Duration.ofMillis(300));

    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(Duration.ofMillis(300), Duration.ofSeconds(3));
    assertThat(((State.Exited) runtime.containers().getFirst().state()).exitCode()).isEqualTo(137);
    assertThat(ProcTable.ofContainer(started.id(), Optional.empty())).isEmpty();
  }

  @Test
  void whatAProgramLeavesBehindEndsWithIt() throws Exception {
    Container started = shell("sleep 60 & setsid sleep 61 & sleep 0.05; exit 0");
    assertThat(((State.Exited) awaitExit().state()).exitCode()).isZero();
    assertThat(ProcTable.ofContainer(started.id(), Optional.empty())).isEmpty();
  }

  @Test
  void endedShimsAreReaped() throws Exception {
    Container started = shell("exit 0");
    awaitExit();
    ProcTable.Identity shim = directory(started).shim().orElseThrow();
    assertThat(Path.of("/proc/" + shim.pid())).doesNotExist();
  }

  @Test
  void programsThatAreNotThereAreRefusedInTheWordsOfARuntime() throws Exception {
    runtime.createSandbox(pod("a"));
    assertThatThrownBy(() -> runtime.start(container("a", 0, "no-such-program")))
        .isInstanceOfSatisfying(
            ContainerRuntimeException.class,
            e -> {
              assertThat(e.reason()).isEqualTo("RunContainerError");
              assertThat(e.text())
                  .isEqualTo("exec: \"no-such-program\": executable file not found in $PATH");
            });
    State.Exited end = (State.Exited) runtime.containers("a").getFirst().state();
    assertThat(end.exitCode()).isEqualTo(128);
    assertThat(end.reason()).isEqualTo("StartError");
    assertThat(end.startedAt()).isEqualTo(Instant.EPOCH);
    runtime.close();
    runtime = open();
    assertThat(runtime.containers("a").getFirst().state()).isEqualTo(end);
  }

  @Test
  void containersThatCannotBeMadeLeaveNothing() throws Exception {
    runtime.createSandbox(pod("a"));
    assertThatThrownBy(() -> runtime.start(container("a", 0))).hasMessage("no command specified");
    assertThat(runtime.containers()).isEmpty();
    assertThat(state.resolve("pods/a/containers/main/0")).doesNotExist();
  }

  @Test
  void imagesOtherThanTheHostSayWhatToDo() {
    assertThat(runtime.image("luotsi.io/host")).isEqualTo(new Image.Present("luotsi.io/host"));
    assertThat(runtime.image("luotsi.io/host:latest")).isInstanceOf(Image.Present.class);
    assertThat(runtime.image("nginx"))
        .isInstanceOfSatisfying(
            Image.Absent.class,
            absent ->
                assertThat(absent.message())
                    .contains("\"nginx\"")
                    .contains("use image \"luotsi.io/host\"")
                    .contains("containerd"));
  }

  @Test
  void commandThatTakesTooLongIsKilled() throws Exception {
    Container started = shell("sleep 60");
    assertThat(
            runtime.exec(
                started.id(), List.of("sh", "-c", "echo out; exit 4"), Duration.ofSeconds(5)))
        .isEqualTo(new ContainerRuntime.ExecResult(Optional.of(4), "out\n"));
    assertThat(runtime.exec(started.id(), List.of("sleep", "30"), Duration.ofMillis(50)).exitCode())
        .isEmpty();
    assertThat(runtime.containers().getFirst().state()).isInstanceOf(State.Running.class);
  }

  @Test
  void podAddressCanBeBound() throws Exception {
    String address = runtime.createSandbox(pod("a")).address();
    assertThat(address).startsWith("127.77.0.");
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      assertThat(socket.isBound()).isTrue();
    }
  }

  @Test
  void stateOfAnotherClusterIsRefused() {
    ProcessRuntime.Settings mine = RuntimeHost.settings(state);
    assertThatThrownBy(
            () ->
                ProcessRuntime.open(
                    new ProcessRuntime.Settings(
                        state, "other", "node-1", mine.podCidr(), "127.0.0.1", Map.of(), true)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another cluster");
  }

  @Test
  void followedLogEndsWithTheContainerAndMissesNothing() throws Exception {
    Container started = shell("for i in 1 2 3 4 5 6 7 8; do echo line $i; sleep 0.02; done");
    LogOptions follow =
        new LogOptions(
            true, false, false, Optional.empty(), OptionalLong.empty(), OptionalLong.empty());
    String text = LogText.read(runtime.logs(started.id(), follow).orElseThrow());
    assertThat(text.lines()).hasSize(8).endsWith("line 8");
  }

  @Test
  void tailSinceAndLimitCutTheLog() throws Exception {
    Container started = shell("echo one; echo two; sleep 0.2; echo three; printf four");
    awaitExit();
    assertThat(log(started)).isEqualTo("one\ntwo\nthree\nfour");
    assertThat(read(started, 0, OptionalLong.empty())).isEmpty();
    assertThat(read(started, 2, OptionalLong.empty())).isEqualTo("three\nfour");
    assertThat(read(started, 99, OptionalLong.of(6))).isEqualTo("one\ntw");
    LogOptions since =
        new LogOptions(
            false,
            false,
            false,
            Optional.of(started.state().startedAt().plusMillis(100)),
            OptionalLong.empty(),
            OptionalLong.empty());
    assertThat(LogText.read(runtime.logs(started.id(), since).orElseThrow()))
        .isEqualTo("three\nfour");
  }

  private String read(Container container, long tail, OptionalLong limit) throws Exception {
    LogOptions options =
        new LogOptions(false, false, false, Optional.empty(), OptionalLong.of(tail), limit);
    return LogText.read(runtime.logs(container.id(), options).orElseThrow());
  }

  @Test
  void memoryLimitEndsAGreedyProgram() throws Exception {
    assumeTrue(((ProcessRuntime) runtime).limitControllers().contains("memory"));
    runtime.createSandbox(pod("a"));
    runtime.start(
        new ContainerSpec(
            "a",
            "main",
            0,
            "luotsi.io/host",
            List.of("sh", "-c", "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done"),
            Map.of(),
            "",
            new Limits(OptionalLong.of(500), OptionalLong.of(16L << 20), OptionalLong.of(50))));
    Container ended = awaitExit();
    assertThat(((State.Exited) ended.state()).reason()).isEqualTo("OOMKilled");
    for (String group : directory(ended).read().orElseThrow().cgroups()) {
      assertThat(Path.of(group)).doesNotExist();
    }
  }

  private ContainerDirectory directory(Container container) {
    return new ContainerDirectory(
        state.resolve("pods/" + container.podUid() + "/containers/main/" + container.attempt()));
  }

  private void awaitLog(Container container, String text) throws Exception {
    LogOptions follow =
        new LogOptions(
            true,
            false,
            false,
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.of(text.length()));
    assertThat(LogText.read(runtime.logs(container.id(), follow).orElseThrow())).isEqualTo(text);
    assertThat(Files.exists(directory(container).log())).isTrue();
  }
}
