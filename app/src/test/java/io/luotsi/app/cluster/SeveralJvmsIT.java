package io.luotsi.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.app.cluster.PackagedCluster.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of three JVMs from its {@code up} in the foreground to Ctrl-C, and the commands that
 * end, start and pause its members meanwhile.
 */
@Tag("long")
class SeveralJvmsIT {
  private static final Duration SOON = Duration.ofSeconds(120);
  private static final List<String> NAMES = List.of("node-1", "node-2", "node-3");
  private static final Pattern SERVED = Pattern.compile("answered by web-\\S+ at \\S+ on (\\S+)");

  @TempDir Path temporary;

  /** The command in the foreground. */
  private record Front(Process process, Drain output, Drain error) {
    static Front start(PackagedCluster cluster, String... arguments) throws Exception {
      List<String> all = new java.util.ArrayList<>(List.of(arguments));
      all.addAll(List.of("--data", cluster.data().toString()));
      Process process = PackagedCluster.start(all.toArray(String[]::new));
      return new Front(
          process, new Drain(process.getInputStream()), new Drain(process.getErrorStream()));
    }

    void says(String regex) {
      Pattern pattern = Pattern.compile(regex);
      await()
          .atMost(SOON)
          .conditionEvaluationListener(
              tried -> assertThat(process.isAlive()).as("%s", error.soFar()).isTrue())
          .until(() -> output.soFar().stream().anyMatch(line -> pattern.matcher(line).find()));
    }
  }

  @Test
  void aPersonSeesWhatHappensToThreeJvmsAndEndsThemAll() throws Exception {
    try (PackagedCluster cluster = new PackagedCluster(temporary.resolve("data"))) {
      Front front = Front.start(cluster, "up", "--jvms", "3", "--demo", "--port", "0");
      front.says("^Try next:$");
      aDemoIsSpread(front);
      aStatusShowsAllThree(cluster);
      refused(cluster.run("up", "--jvms", "5"), "has 3 control-plane JVMs and 0 workers");
      refused(cluster.run("up", "--fresh"), "end it first with: luotsi down");

      aTerminatedMemberLeavesItsPodsAndUpBringsItBack(cluster, front);
      aLeaderThatIsKilledIsSucceeded(cluster, front);
      oneOfThreeIsShownWithinReason(cluster, front);
      allThreeComeBackOneAfterTheOther(cluster, front);

      interrupt(front.process());
      assertThat(front.process().waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(front.process().exitValue()).isZero();
      assertThat(front.output().text()).contains("containers get up to 5 s to end");
      assertThat(front.error().soFar()).isEmpty();
      cluster.assertNothingLeft();
    }
  }

  private static void aDemoIsSpread(Front front) {
    for (String name : NAMES) {
      front.says("^node " + name + " is ready, \\d+ ms after the start$");
    }
    front.says("replaced after 2 s");
    Set<String> servers =
        front.output().soFar().stream()
            .flatMap(line -> SERVED.matcher(line).results())
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    assertThat(servers).hasSizeGreaterThan(1).isSubsetOf(NAMES);
    List<String> scheduled =
        front.output().soFar().stream()
            .filter(line -> line.contains(" scheduled to "))
            .map(line -> line.replaceAll(".* scheduled to ", ""))
            .toList();
    assertThat(scheduled).containsExactlyInAnyOrderElementsOf(NAMES);
  }

  private static void aStatusShowsAllThree(PackagedCluster cluster) throws Exception {
    JsonNode status = cluster.status();
    assertThat(each(status, "name")).isEqualTo(NAMES);
    assertThat(each(status, "address")).doesNotHaveDuplicates();
    for (JsonNode member : status.path("members")) {
      assertThat(member.path("role").asText()).isEqualTo("control-plane");
      assertThat(member.path("state").asText()).isEqualTo("running");
      assertThat(member.path("pid").asLong()).isPositive();
      assertThat(member.path("term").asLong()).isPositive();
      assertThat(member.path("committed").asLong()).isPositive();
      assertThat(member.has("lag")).isTrue();
      assertThat(member.path("startMillis").asLong()).isPositive();
      assertThat(member.path("residentMiB").asLong()).isPositive();
      boolean leads = member.path("name").asText().equals(status.path("leader").asText());
      assertThat(member.path("leader").asBoolean()).isEqualTo(leads);
      assertThat(member.path("doing").toString().contains("scheduler")).isEqualTo(leads);
    }
    assertThat(status.path("nodes")).hasSize(3).allMatch(node -> node.path("ready").asBoolean());
  }

  private static void aTerminatedMemberLeavesItsPodsAndUpBringsItBack(
      PackagedCluster cluster, Front front) throws Exception {
    String name = other(leader(cluster));
    long pid = member(cluster, name).path("pid").asLong();
    assertThat(ProcessHandle.of(pid).orElseThrow().destroy()).isTrue();
    front.says(name + " \\(pid " + pid + "\\) has ended");
    assertThat(cluster.processes()).as("shims").anyMatch(line -> line.contains(name + "/pods"));

    Result up = cluster.must("up");
    assertThat(up.output()).contains("node " + name + " is ready", "control-plane");
    long next = member(cluster, name).path("pid").asLong();
    assertThat(next).isNotEqualTo(pid);
    front.says(name + " \\(pid " + next + "\\) has started");
  }

  private static void aLeaderThatIsKilledIsSucceeded(PackagedCluster cluster, Front front)
      throws Exception {
    String leader = leader(cluster);
    assertThat(cluster.must("kill", leader).output()).startsWith(leader + " (pid ");
    front.says(leader + " \\(pid \\d+\\) has ended");
    await().atMost(SOON).until(() -> NAMES.contains(cluster.status().path("leader").asText()));
    String next = leader(cluster);
    assertThat(next).isNotEqualTo(leader);
    front.says(next + " leads, in term \\d+");
  }

  /** Of the two that are left one is paused: reads of any version go on. */
  private static void oneOfThreeIsShownWithinReason(PackagedCluster cluster, Front front)
      throws Exception {
    String paused = leader(cluster);
    cluster.must("pause", paused);
    front.says(paused + " is paused");
    JsonNode status = cluster.status();
    assertThat(each(status, "state")).containsExactlyInAnyOrder("running", "paused", "down");
    assertThat(status.path("nodes")).hasSize(3);
    assertThat(status.path("leader").asText()).isEmpty();
    cluster.must("resume", paused);
    front.says(paused + " goes on");
  }

  private static void allThreeComeBackOneAfterTheOther(PackagedCluster cluster, Front front)
      throws Exception {
    for (JsonNode member : cluster.status().path("members")) {
      if (!member.path("state").asText().equals("down")) {
        cluster.must("kill", member.path("name").asText());
      }
    }
    Set<Path> certificates = cluster.membersCertificates();
    assertThat(certificates).as("two of each member and of their authority").hasSize(8);
    for (Path file : certificates) {
      Files.delete(file); // as in a cluster that was founded before there were any
    }
    assertThat(cluster.must("start", "node-3").output()).contains("too few of the 3");
    assertThat(cluster.must("start", "node-1").output()).contains("node node-1 is ready");
    assertThat(cluster.must("start", "node-2").output()).contains("node node-2 is ready");
    await()
        .atMost(SOON)
        .until(() -> each(cluster.status(), "state").stream().allMatch("running"::equals));
    assertThat(cluster.membersCertificates()).isEqualTo(certificates);
    assertThat(front.process().isAlive()).isTrue();
  }

  private static String leader(PackagedCluster cluster) throws Exception {
    await().atMost(SOON).until(() -> NAMES.contains(cluster.status().path("leader").asText()));
    return cluster.status().path("leader").asText();
  }

  private static String other(String name) {
    return NAMES.stream().filter(each -> !each.equals(name)).findFirst().orElseThrow();
  }

  /** A field of each member, and not of what a member says of others. */
  private static List<String> each(JsonNode status, String field) {
    return status.path("members").valueStream().map(one -> one.path(field).asText()).toList();
  }

  private static JsonNode member(PackagedCluster cluster, String name) throws Exception {
    for (JsonNode member : cluster.status().path("members")) {
      if (member.path("name").asText().equals(name)) {
        return member;
      }
    }
    throw new AssertionError("no member " + name);
  }

  private static void refused(Result result, String why) {
    assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
    assertThat(result.errorLines()).hasSize(1);
    assertThat(result.error()).startsWith("luotsi: ").contains(why);
  }

  private static void interrupt(Process process) throws Exception {
    assertThat(new ProcessBuilder("/bin/sh", "-c", "kill -INT " + process.pid()).start().waitFor())
        .isZero();
  }
}
