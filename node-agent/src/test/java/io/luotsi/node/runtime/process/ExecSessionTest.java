package io.luotsi.node.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luotsi.core.session.BlockingEnd;
import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Frame.Channel;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest;
import io.luotsi.core.session.SessionRequest.Streams;
import io.luotsi.node.TestClients;
import io.luotsi.node.TestMembers;
import io.luotsi.node.runtime.ContainerRuntime.Container;
import io.luotsi.node.runtime.ContainerRuntime.ContainerSpec;
import io.luotsi.node.runtime.ContainerRuntime.Limits;
import io.luotsi.node.runtime.ContainerRuntime.SandboxSpec;
import io.luotsi.node.runtime.ContainerRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ExecSessionTest {
  private static final Streams OUTPUTS = new Streams(false, true, true, false);
  private static final Streams ALL = new Streams(true, true, true, false);
  private static final Streams TERMINAL = new Streams(true, true, false, true);

  @TempDir Path state;

  private ProcessRuntime runtime;
  private Container container;

  @BeforeEach
  void start() throws Exception {
    runtime = ProcessRuntime.open(RuntimeHost.settings(state));
    runtime.createSandbox(new SandboxSpec("pod", "default", "pod", false));
    container = runtime.start(spec(Limits.NONE));
  }

  private static ContainerSpec spec(Limits limits) {
    return new ContainerSpec(
        "pod",
        "main",
        0,
        HostImage.NAME,
        List.of("sleep", "60"),
        Map.of("POD_IP", "127.77.0.9", "odd.name-1", "a b"),
        "",
        limits);
  }

  @AfterEach
  void stop() {
    runtime.removeSandbox("pod");
    runtime.close();
  }

  private Session session(Streams streams, String... command) throws ContainerRuntimeException {
    return runtime.session(
        container.id(), new SessionRequest.Exec("main", List.of(command), streams));
  }

  private BlockingEnd exec(Streams streams, String... command) throws ContainerRuntimeException {
    BlockingEnd client = new BlockingEnd();
    Session.connect(session(streams, command), client);
    return client;
  }

  /** All that is said until the end, by channel. */
  private record Said(String out, String err, String status) {
    static Said by(BlockingEnd client) throws Exception {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      ByteArrayOutputStream status = new ByteArrayOutputStream();
      for (Optional<Frame> next = client.take(); next.isPresent(); next = client.take()) {
        switch (next.get().channel()) {
          case STDOUT -> out.writeBytes(next.get().bytes());
          case STDERR -> err.writeBytes(next.get().bytes());
          case STATUS -> status.writeBytes(next.get().bytes());
          default -> throw new AssertionError(next.get());
        }
      }
      return new Said(out.toString(), err.toString(), status.toString());
    }
  }

  /** Takes output until something is in it; a shell may have said more by then. */
  private static String until(BlockingEnd client, String last) throws Exception {
    StringBuilder said = new StringBuilder();
    while (!said.toString().contains(last)) {
      said.append(client.take().orElseThrow().text());
    }
    return said.toString();
  }

  /** The second line, unless it came with the first. */
  private static String rest(BlockingEnd client, String first) throws Exception {
    return first.contains("\n") ? "" : until(client, "\n").strip();
  }

  private static void type(BlockingEnd client, String text) throws Exception {
    client.send(Frame.text(Channel.STDIN, text));
  }

  @Test
  void aCommandRunsWhereItsContainerDoesAsASessionOfItsOwn() throws Exception {
    String script =
        "pwd; echo $POD_IP; id -u; echo oops >&2;"
            + " read -r line < /proc/self/stat; set -- $line; echo $6 = $$;"
            + " grep SigIgn /proc/self/status";
    Said said = Said.by(exec(OUTPUTS, "sh", "-c", script));

    List<String> lines = said.out().lines().toList();
    assertThat(lines.get(0)).isEqualTo(state + "/pods/pod/containers/main/0/work");
    assertThat(lines.get(1)).isEqualTo("127.77.0.9");
    assertThat(Said.by(exec(OUTPUTS, "env")).out().lines())
        .as("what no shell passes on")
        .contains("odd.name-1=a b");
    assertThat(lines.get(2))
        .isEqualTo(Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString());
    assertThat(lines.get(3).split(" = ")[0]).isEqualTo(lines.get(3).split(" = ")[1]);
    assertThat(Long.parseLong(lines.get(4).split("\t")[1], 16) & 0x7fff_ffff).isZero();
    assertThat(said.err()).isEqualTo("oops\n");
    assertThat(said.status()).isEqualTo("{\"metadata\":{},\"status\":\"Success\"}");
  }

  @Test
  void itIsInItsContainersCgroups() throws Exception {
    assumeTrue(!runtime.limitControllers().isEmpty(), "no cgroup may be written here");
    runtime.remove(container.id());
    Limits limits =
        new Limits(OptionalLong.empty(), OptionalLong.of(64 << 20), OptionalLong.empty());
    container = runtime.start(spec(limits));

    assertThat(Said.by(exec(OUTPUTS, "cat", "/proc/self/cgroup")).out())
        .contains("luotsi-" + container.id());
  }

  @Test
  void exitCodesAndSignalsAreToldAsUpstreamDoes() throws Exception {
    String failed = Said.by(exec(OUTPUTS, "sh", "-c", "exit 7")).status();
    assertThat(failed)
        .contains("\"status\":\"Failure\"", "\"reason\":\"NonZeroExitCode\"")
        .contains("\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"7\"}]")
        .contains("command terminated with non-zero exit code");
    assertThat(Said.by(exec(OUTPUTS, "sh", "-c", "kill -9 $$")).status())
        .contains("\"reason\":\"ExitCode\",\"message\":\"137\"");
    assertThatThrownBy(() -> session(OUTPUTS, "no-such-program"))
        .isInstanceOf(ContainerRuntimeException.class)
        .hasMessageContaining("\"no-such-program\": executable file not found in $PATH");
  }

  @Test
  void manyBytesGoInAndComeOutWholeAndTheEndOfInputIsSeen() throws Exception {
    byte[] bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    BlockingEnd client = exec(ALL, "cat");
    Thread writer = TestClients.type(client, bytes);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Frame f = client.take().orElseThrow();
        f.channel() != Channel.STATUS;
        f = client.take().orElseThrow()) {
      out.writeBytes(f.bytes());
    }
    writer.join();

    assertThat(Arrays.equals(out.toByteArray(), bytes)).isTrue();
    assertThat(client.take()).isEmpty();
  }

  @Test
  void noMoreIsReadThanTheClientTakesAndTheCommandIsHeldUp() throws Exception {
    String script =
        "line=$(printf %01000d 0); i=0;"
            + " while :; do i=$((i+1)); echo $line; echo $i >count.new; mv count.new count; done";
    BlockingEnd client = exec(OUTPUTS, "sh", "-c", script);
    Path count = state.resolve("pods/pod/containers/main/0/work/count");
    long before = standsStill(count);
    assertThat(before).as("what a pipe and a window hold").isBetween(60L, 64L + 4 * 33);

    for (int bytes = 0; bytes < 200_000; ) {
      bytes += client.take().orElseThrow().bytes().length;
    }
    assertThat(standsStill(count)).isBetween(before + 100, before + 500);
    client.close();
  }

  /** What a file holds when it has not changed for a while. */
  private static long standsStill(Path file) throws Exception {
    String[] last = {""};
    long[] since = {System.nanoTime()};
    TestMembers.await(
        () -> {
          try {
            String now = Files.exists(file) ? Files.readString(file) : "";
            if (now.isEmpty() || !now.equals(last[0])) {
              last[0] = now;
              since[0] = System.nanoTime();
            }
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          return System.nanoTime() - since[0] > TimeUnit.MILLISECONDS.toNanos(300);
        });
    return Long.parseLong(last[0].strip());
  }

  @Test
  void aTerminalIsOneWithJobControlSizesAndInterrupts() throws Exception {
    BlockingEnd client =
        exec(TERMINAL, "sh", "-c", "stty -echo; test -t 0 && tty; echo go; exec sh");
    client.send(Frame.text(Channel.RESIZE, "{\"Width\":101,\"Height\":33}"));
    assertThat(until(client, "go\r\n")).startsWith("/dev/pts/");
    type(client, "PS1=; stty size; echo $TERM\n");
    assertThat(until(client, "xterm\r\n")).contains("33 101\r\n");
    client.send(Frame.text(Channel.RESIZE, "{\"Width\":90,\"Height\":20}"));
    type(client, "stty size\n");
    assertThat(until(client, "90\r\n")).contains("20 90\r\n");

    type(client, "trap 'echo interrupted' INT; sh -c 'echo ready; exec sleep 60'\n");
    until(client, "ready\r\n");
    type(client, "\u0003");
    assertThat(until(client, "interrupted\r\n")).isNotEmpty();
    type(client, "exit 4\n");
    assertThat(Said.by(client).status()).contains("\"message\":\"4\"");
  }

  @Test
  void theEndOfTheTerminalIsTheEndOfWhatRunsOnIt() throws Exception {
    BlockingEnd client = exec(TERMINAL, "sh", "-c", "sleep 61 & echo $!; echo go; wait");
    String said = until(client, "go\r\n");
    long child = Long.parseLong(said.lines().toList().getFirst().strip());
    client.close();
    TestMembers.await(() -> ProcTable.identity(child).filter(ProcTable::runs).isEmpty());
  }

  @Test
  void aClientThatGoesAwayTakesTheWholeCommandWithIt() throws Exception {
    Session session =
        session(
            OUTPUTS,
            "sh",
            "-c",
            "trap '' TERM HUP; sleep 62 & echo $!; echo $$; while :; do sleep 1; done");
    BlockingEnd client = new BlockingEnd();
    Session.connect(session, client);
    String first = until(client, "\n").strip();
    List<String> pids = List.of((first + "\n" + rest(client, first)).strip().split("\n"));
    assertThat(pids).hasSize(2);
    client.close();

    session.ended().toCompletableFuture().get(20, TimeUnit.SECONDS);
    for (String pid : pids) {
      assertThat(ProcTable.identity(Long.parseLong(pid)).filter(ProcTable::runs)).isEmpty();
    }
    assertThat(runtime.containers().getFirst().state())
        .as("the container itself goes on")
        .isEqualTo(container.state());
  }

  @Test
  void aContainerThatEndsTakesItsCommandsWithIt() throws Exception {
    BlockingEnd client = exec(OUTPUTS, "sleep", "63");
    runtime.stop(container.id(), Duration.ZERO);
    assertThat(Said.by(client).status()).contains("\"reason\":\"ExitCode\"");
    assertThatThrownBy(() -> session(OUTPUTS, "true"))
        .isInstanceOf(ContainerRuntimeException.class);
  }

  @Test
  void descriptorsAndThreadsAreGivenBack() throws Exception {
    Said.by(exec(ALL, "true"));
    long before = descriptors();
    for (int i = 0; i < 20; i++) {
      assertThat(Said.by(exec(i % 2 == 0 ? TERMINAL : ALL, "true")).status()).contains("Success");
    }
    TestMembers.await(() -> descriptors() <= before, () -> descriptors() + " of " + before);
    TestMembers.await(
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> t.getName().startsWith("exec-")));
  }

  private static long descriptors() {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void inputThatNobodyReadsAnyMoreIsNoError() throws Exception {
    BlockingEnd client = exec(ALL, "sh", "-c", "exec <&-; echo closed; sleep 0.3");
    until(client, "closed\n");
    type(client, "x".repeat(20_000));
    type(client, "y".repeat(20_000));
    assertThat(Said.by(client).status()).contains("Success");
  }
}
