package io.luotsi.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.app.cluster.PackagedCluster.Result;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands as people meet them: exit codes, one clear line, and nothing left behind. */
class CommandsIT {
  private static final Duration SOON = Duration.ofSeconds(90);

  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          frobnicate           | luotsi: Unmatched argument at index 0: 'frobnicate'
          up --prot            | luotsi up: Unknown option: '--prot'
          up --port many       | luotsi up: Invalid value for option '--port'
          up --port 70000      | luotsi up: --port must be 0 to 32700, not 70000
          up --hollow -1       | luotsi up: --hollow must be 0 to 100000, not -1
          up --jvms 2          | luotsi up: --jvms must be 1, 3 or 5, not 2
          up --workers 51      | luotsi up: --workers must be 0 to 50, not 51
          up --nodes 1         | luotsi up: --nodes takes 0 only; --jvms and --workers say how many
          up --nodes 0 --demo  | luotsi up: --nodes 0 goes with neither --demo nor --workers
          up --controllers x   | luotsi up: --controllers: 'x' is not in the list of known controllers
          kill                 | luotsi kill: Missing required parameter: 'NAME'
          pause node-1 node-2  | luotsi pause: Unmatched argument at index 2: 'node-2'
          up --data            | luotsi up: Missing required parameter for option '--data'
          up now               | luotsi up: Unmatched argument
          status -o xml        | luotsi status: Invalid value for option '--output'
          down --force         | luotsi down: Unknown option: '--force'
          """)
  void wrongUsageIsExplainedInOneLine(String arguments, String line) throws Exception {
    Result result = PackagedCluster.command(arguments.split(" "));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.errorLines()).hasSize(1);
    assertThat(result.error()).startsWith(line);
    assertThat(result.output()).isEmpty();
  }

  @Test
  void helpIsThereForEveryCommand() throws Exception {
    Result all = PackagedCluster.command("help");
    assertThat(all.exitCode()).isZero();
    for (String command :
        List.of("up", "status", "down", "kill", "start", "pause", "resume", "kubeconfig")) {
      assertThat(all.output()).contains("  " + command + " ");
      Result one = PackagedCluster.command(command, "--help");
      assertThat(one.exitCode()).isZero();
      assertThat(one.output()).startsWith("Usage: luotsi " + command).contains("--data");
    }
  }

  private void assertFails(Result result, String... words) {
    assertSaid(1, result, words);
  }

  /** Something that was given cannot be used. */
  private void assertRefused(Result result, String... words) {
    assertSaid(2, result, words);
  }

  private void assertSaid(int exitCode, Result result, String... words) {
    assertThat(result.exitCode()).as(result.toString()).isEqualTo(exitCode);
    assertThat(result.errorLines()).hasSize(1);
    assertThat(result.error()).startsWith("luotsi: ").contains(words);
  }

  @Test
  void whatIsNotThereIsSaid() throws Exception {
    PackagedCluster none = new PackagedCluster(temporary.resolve("none"));
    assertFails(none.run("status"), "there is no cluster in", "none");
    assertFails(none.run("down"), "there is no cluster in", "none");
    assertFails(none.run("kubeconfig"), "there is no cluster in", "none");
    assertFails(none.run("start", "node-1"), "there is no cluster in", "none");
    assertThat(none.data()).doesNotExist();
  }

  @Test
  void aBusyPortIsSaid() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort() > 32_700 ? 0 : taken.getLocalPort();
      try (ServerSocket low = port == 0 ? lowPort() : taken) {
        PackagedCluster cluster = new PackagedCluster(temporary.resolve("busy"));
        for (String[] up : List.of(new String[] {"up"}, new String[] {"up", "-d"})) {
          Result result =
              cluster.run(
                  up.length == 1
                      ? new String[] {"up", "--port", Integer.toString(low.getLocalPort())}
                      : new String[] {"up", "-d", "--port", Integer.toString(low.getLocalPort())});
          assertFails(result, "port " + low.getLocalPort(), "is busy");
        }
        assertThat(cluster.processes()).isEmpty();
        assertThat(cluster.data()).as("what a failed start leaves").doesNotExist();
      }
    }
  }

  /** Below the range of clients' ports. */
  private static ServerSocket lowPort() throws Exception {
    for (int port = 30_000; port < 32_700; port++) {
      try {
        return new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
      } catch (java.net.BindException e) {
        continue; // somebody has it; the next
      }
    }
    throw new IllegalStateException("no port between 30000 and 32700 is free");
  }

  @Test
  void aFolderWithSomethingElseIsLeftAlone() throws Exception {
    Path folder = Files.createDirectories(temporary.resolve("photos"));
    Files.writeString(folder.resolve("harbour.jpg"), "");
    PackagedCluster cluster = new PackagedCluster(folder);
    assertRefused(cluster.run("up"), "holds something else (harbour.jpg)");
    assertRefused(cluster.run("up", "--fresh"), "holds something else (harbour.jpg)");
    assertThat(folder.toFile().list()).containsExactly("harbour.jpg");
  }

  @Test
  void aDataDirectoryThatCannotBeMadeIsSaid() throws Exception {
    Path file = Files.writeString(temporary.resolve("file"), "");
    assertRefused(new PackagedCluster(file).run("up"), "cannot", file.toString(), "ot a ");
    assertRefused(new PackagedCluster(file.resolve("data")).run("up"), "cannot", "data", "ot a ");
  }

  @Test
  void aFullDiskIsSaid() throws Exception {
    Path disk = Files.createDirectories(temporary.resolve("disk"));
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString())
            .redirectErrorStream(true)
            .start();
    assumeTrue(mount.waitFor() == 0, "only root may mount a small disk");
    try {
      assertFails(new PackagedCluster(disk.resolve("data")).run("up"), "is full", "MiB needed");
    } finally {
      assertThat(new ProcessBuilder("umount", disk.toString()).start().waitFor()).isZero();
    }
  }

  @Test
  void aClusterLivesFromUpToDown() throws Exception {
    try (PackagedCluster cluster = new PackagedCluster(temporary.resolve("data"))) {
      Result up = cluster.must("up", "-d", "--port", "0", "--hollow", "2");
      assertThat(up.output()).contains("export KUBECONFIG=" + cluster.data() + "/kubeconfig");
      JsonNode status = cluster.status();
      JsonNode member = status.at("/members/0");
      assertThat(member.path("name").asText()).isEqualTo("node-1");
      assertThat(member.path("leader").asBoolean()).isTrue();
      assertThat(member.path("startMillis").asLong()).isPositive();
      assertThat(member.path("residentMiB").asLong()).isBetween(50L, 2_000L);
      assertThat(member.path("address").asText()).startsWith("127.0.0.1:");
      await()
          .atMost(SOON)
          .until(() -> cluster.status().path("nodes").findValuesAsText("name").size() == 3);
      assertThat(cluster.status().path("nodes"))
          .anySatisfy(
              node -> {
                assertThat(node.path("name").asText()).isEqualTo("node-1");
                assertThat(node.path("ready").asBoolean()).isTrue();
                assertThat(node.path("runtime").asText()).isEqualTo("process");
              })
          .anySatisfy(node -> assertThat(node.path("runtime").asText()).isEqualTo("hollow"));

      Result again = cluster.must("up");
      assertThat(again.output()).contains("MEMBER", "node-1", "export KUBECONFIG=");
      assertFails(cluster.run("up", "--fresh"), "runs (pid " + member.path("pid") + ")");

      String uid = cluster.identity().path("uid").asText();
      cluster.must("down");
      cluster.assertNothingLeft();
      assertFails(cluster.run("status"), "is not running");
      cluster.must("down");

      cluster.must("up", "-d");
      assertThat(cluster.identity().path("uid").asText()).isEqualTo(uid);
      cluster.must("down");
      cluster.must("up", "-d", "--fresh");
      assertThat(cluster.identity().path("uid").asText()).isNotEqualTo(uid);
    }
  }

  @Test
  void oneMemberIsKilledStartedPausedAndResumed() throws Exception {
    try (PackagedCluster cluster = new PackagedCluster(temporary.resolve("with blank's"))) {
      Result up = cluster.must("up", "-d", "--demo", "--port", "0");
      assertThat(up.output())
          .contains("replaced after 2 s")
          .contains("'" + cluster.data().toString().replace("'", "'\\''") + "/kubeconfig'");
      long first = cluster.member().pid();
      assertFails(cluster.run("start", "node-1"), "node-1 runs already (pid " + first + ")");
      assertFails(cluster.run("resume", "node-1"), "node-1 is not paused");
      for (String command : List.of("kill", "start", "pause", "resume")) {
        assertRefused(cluster.run(command, "node-2"), "no member node-2; members are node-1");
      }
      assertFails(cluster.run("up", "--jvms", "3"), "has 1 control-plane JVM and 0 workers");

      assertThat(cluster.must("pause", "node-1").output())
          .isEqualTo("node-1 (pid %d) is paused; its pods run on".formatted(first));
      assertThat(cluster.status().at("/members/0/state").asText()).isEqualTo("paused");
      assertFails(cluster.run("pause", "node-1"), "node-1 is paused already");
      assertFails(cluster.run("start", "node-1"), "is paused");
      cluster.must("resume", "node-1");
      await()
          .atMost(SOON)
          .until(() -> cluster.status().at("/members/0/state").asText().equals("running"));

      cluster.must("pause", "node-1");
      cluster.must("kill", "node-1");
      assertThat(cluster.processes()).as("shims").hasSize(3);
      for (String command : List.of("kill", "pause", "resume")) {
        assertFails(cluster.run(command, "node-1"), "node-1 is not running");
      }
      assertThat(cluster.must("start", "node-1").output())
          .matches("node node-1 is ready, \\d+ ms after the start");
      assertThat(cluster.member().pid()).isNotEqualTo(first);

      cluster.must("pause", "node-1");
      assertThat(cluster.must("down").output()).contains("up to 5 s");
      cluster.assertNothingLeft();
    }
  }

  @Test
  void ctrlCEndsTheClusterAndItsPodsAndSigtermLeavesThem() throws Exception {
    try (PackagedCluster cluster = new PackagedCluster(temporary.resolve("data"))) {
      Process foreground = foreground(cluster, "--demo", "--port", "0");
      assertThat(cluster.processes()).as("member and shims").hasSizeGreaterThanOrEqualTo(4);
      foreground.destroy();
      assertThat(foreground.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(cluster.processes()).as("shims").hasSize(3);

      foreground = foreground(cluster);
      interrupt(foreground.pid());
      assertThat(foreground.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(foreground.exitValue()).isZero();
      cluster.assertNothingLeft();
    }
  }

  @Test
  void downEndsWhatAKilledMemberLeft() throws Exception {
    try (PackagedCluster cluster = new PackagedCluster(temporary.resolve("data"))) {
      Result demo = cluster.must("up", "-d", "--demo", "--port", "0");
      assertThat(demo.output().lines().filter(line -> line.contains("answered by web-")))
          .hasSize(5);
      ProcessHandle member = cluster.member();
      member.destroyForcibly();
      member.onExit().get(SOON.toSeconds(), TimeUnit.SECONDS);
      assertThat(cluster.processes()).as("shims").hasSize(3);
      assertThat(cluster.must("down").output()).contains("ended 3 containers");
      cluster.assertNothingLeft();
    }
  }

  @Tag("long")
  @Test
  void twoClustersOfOneHostDoNotMeet() throws Exception {
    try (PackagedCluster one = new PackagedCluster(temporary.resolve("one"));
        PackagedCluster two = new PackagedCluster(temporary.resolve("two"))) {
      for (PackagedCluster cluster : List.of(one, two)) {
        Result demo = cluster.must("up", "-d", "--demo", "--port", "0");
        int block = 16 + 2 * cluster.identity().path("slot").asInt();
        assertThat(demo.output().lines().filter(line -> line.contains("answered by web-")))
            .hasSize(5)
            .allMatch(line -> line.contains(" at 127." + block + ".0."));
      }
      one.must("down");
      one.assertNothingLeft();
      assertThat(two.processes()).as("member and shims").hasSizeGreaterThanOrEqualTo(4);
      assertThat(two.status().at("/nodes/0/ready").asBoolean()).isTrue();
    }
  }

  /** Starts {@code up} in the foreground and waits until it has nothing more to say. */
  private static Process foreground(PackagedCluster cluster, String... more) throws Exception {
    String[] arguments = new String[more.length + 3];
    arguments[0] = "up";
    arguments[1] = "--data";
    arguments[2] = cluster.data().toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    Process process = PackagedCluster.start(arguments);
    Drain output = new Drain(process.getInputStream());
    Drain error = new Drain(process.getErrorStream());
    String last = more.length > 2 ? "Try next:" : "Ctrl-C ends the cluster and its pods.";
    await()
        .atMost(SOON)
        .conditionEvaluationListener(
            tried -> assertThat(process.isAlive()).as("%s", error.soFar()).isTrue())
        .until(() -> output.soFar().stream().anyMatch(line -> line.equals(last)));
    return process;
  }

  private static void interrupt(long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-INT", Long.toString(pid)).start().waitFor()).isZero();
  }
}
