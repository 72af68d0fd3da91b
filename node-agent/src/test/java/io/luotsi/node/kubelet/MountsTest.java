package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.conformance.Conformance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What containers find at the paths where something is mounted, and what others do not. */
class MountsTest extends VolumesOnHost {
  @Test
  @Conformance({
    "EmptyDir, Shared volumes between containers",
    "EmptyDir, medium default, volume mode default",
    "EmptyDir, medium default, volume mode 0644",
    "EmptyDir, medium default, volume mode 0666",
    "EmptyDir, medium default, volume mode 0777",
    "SubPath: Reading content from a configmap volume.",
    "SubPath: Reading content from a secret volume.",
    "SubPath: Reading content from a projected volume.",
    "SubPath: Reading content from a downwardAPI volume.",
    "VolumeSubpathEnvExpansion, subpath expansion",
    "EmptyDir Wrapper Volume, Secret and ConfigMap volumes, no conflict"
  })
  void containersShareEmptyDirectoriesAndHavePartsOfVolumes() throws Exception {
    create("configmaps", "default", CONFIG);
    create("secrets", "default", SECRET);
    String write =
        "stat -c %a "
            + at("shared")
            + "; for m in 644 666 777; do echo $m > "
            + at("shared")
            + "/f$m; chmod $m "
            + at("shared")
            + "/f$m; done; touch "
            + at("mine")
            + "/written; echo no > "
            + at("config")
            + "/data-1; mkdir "
            + at("shared")
            + "/done";
    String read =
        "while [ ! -d "
            + at("shared")
            + "/done ]; do sleep 0.02; done; cd "
            + at("shared")
            + "; stat -c %a f644 f666 f777; ls mine; cat "
            + at("one")
            + " "
            + at("user")
            + " "
            + at("who")
            + " "
            + at("name");
    String whole = "{'name': 'shared', 'mountPath': '" + at("shared") + "'}";

    JsonNode pod =
        ended(
            "shares",
            volumes(
                volume("shared", "'emptyDir': {}"),
                volume("config", "'configMap': {'name': 'config'}"),
                volume("secret", "'secret': {'secretName': 'hidden'}"),
                volume(
                    "projected",
                    "'projected': {'sources': [{'secret': {'name': 'hidden', 'items': [{'key':"
                        + " 'user', 'path': 'a/who'}]}}]}"),
                volume(
                    "downward",
                    "'downwardAPI': {'items': [{'path': 'name', 'fieldRef': {'fieldPath':"
                        + " 'metadata.name'}}]}")),
            "'env': [{'name': 'WHO', 'value': 'mine'}], "
                + container(
                    write,
                    whole,
                    "{'name': 'shared', 'mountPath': '%s', 'subPathExpr': '$(WHO)'}"
                        .formatted(at("mine")),
                    "{'name': 'config', 'mountPath': '%s', 'readOnly': true}"
                        .formatted(at("config"))),
            container(
                read,
                whole,
                part("config", "one", "data-1"),
                part("secret", "user", "user"),
                part("projected", "who", "a/who"),
                part("downward", "name", "name")));

    assertThat(printed(pod, "c0")).first().isEqualTo("777");
    assertThat(printed(pod, "c0").getLast()).contains("Read-only file system");
    assertThat(printed(pod, "c1"))
        .containsExactly("644", "666", "777", "written", "value-1annaannashares");
    api.delete(PODS, ObjectKey.of("default", "shares"), now("shares"))
        .toCompletableFuture()
        .join()
        .orElseThrow();
    awaitGone("shares");
    try (var left = Files.list(volumes)) {
      assertThat(left).isEmpty();
    }
    assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(marks.toString());
  }

  private String part(String volume, String at, String subPath) {
    return "{'name': '%s', 'mountPath': '%s', 'subPath': '%s'}".formatted(volume, at(at), subPath);
  }

  @Test
  @Conformance({
    "VolumeSubpathEnvExpansion, subpath with absolute path",
    "VolumeSubpathEnvExpansion, subpath with backticks"
  })
  void aPartOfAVolumeIsInsideIt() throws Exception {
    createWithPart("absolute", "$(WHERE)", "/tmp");
    createWithPart("above", "$(WHERE)", "..");
    createWithPart("unknown", "$(NOWHERE)", "x");

    assertThat(whyNotMade("absolute")).isEqualTo("subPath \"/tmp\" must be inside the volume");
    assertThat(whyNotMade("above")).isEqualTo("subPath \"..\" must be inside the volume");
    assertThat(whyNotMade("unknown")).isEqualTo("missing value for \"NOWHERE\"");
  }

  private void createWithPart(String name, String expression, String where) {
    create(
        "pods",
        "default",
        pod(name, volumes(volume("v", "'emptyDir': {}")), "exec sleep 60")
            .replace(
                "'command'",
                "'env': [{'name': 'WHERE', 'value': '%s'}], 'volumeMounts': [%s], 'command'"
                    .formatted(where, mount("v", ", 'subPathExpr': '" + expression + "'"))));
  }

  private String whyNotMade(String name) throws Exception {
    JsonNode waits = await(name, p -> !main(p).at("/state/waiting/message").asText().isEmpty());
    assertThat(main(waits).at("/state/waiting/reason").asText())
        .isEqualTo("CreateContainerConfigError");
    return main(waits).at("/state/waiting/message").asText();
  }

  @Test
  @Conformance({
    "VolumeSubpathEnvExpansion, subpath ready from failed state",
    "VolumeSubpathEnvExpansion, subpath test writes"
  })
  void aPartThatAnAnnotationNamesIsThereWhenThatIs() throws Exception {
    String expression = "$(ANNOTATION)/$(NAME)";
    String fieldRef = "{'name': '%s', 'valueFrom': {'fieldRef': {'fieldPath': '%s'}}}";
    String environment =
        "'env': [%s, %s],"
            .formatted(
                fieldRef.formatted("NAME", "metadata.name"),
                fieldRef.formatted("ANNOTATION", "metadata.annotations[~where~]"));
    create(
        "pods",
        "default",
        pod(
                "part",
                "'terminationGracePeriodSeconds': 1, "
                    + volumes(volume("whole", "'emptyDir': {}"), volume("v", "'emptyDir': {}")),
                "exec sleep 60")
            .replace(
                "'command'",
                environment
                    + "'volumeMounts': [%s, {'name': 'v', 'mountPath': '%s'}], 'command'"
                        .formatted(
                            mount("v", ", 'subPathExpr': '" + expression + "'"), at("all"))));
    assertThat(whyNotMade("part")).isEqualTo("subPath \"/part\" must be inside the volume");

    change("pods", "part", "{'metadata': {'annotations': {'where': 'here'}}}");
    await("part", KubeletOnHost::isReady);
    seen("echo written > " + at("v/by"));
    assertThat(seen("cat " + at("all/here/part/by"))).isEqualTo("written\n");
  }

  @Test
  void threadsOfThisJvmNeverSeeWhatContainersHaveMounted() throws Exception {
    create(
        "pods",
        "default",
        pod("probed", volumes(volume("v", "'emptyDir': {}")), "exec sleep 60")
            .replace(
                "'command'",
                """
                'readinessProbe': {'exec': {'command': ['test', '-d', '%s']}, 'periodSeconds': 1},
                'volumeMounts': [%s], 'command'
                """
                    .formatted(at("v"), mount("v", ""))));
    await("probed", KubeletOnHost::isReady);
    for (int i = 0; i < 20; i++) {
      assertThat(seen("echo said")).isEqualTo("said\n");
    }
    awaitUntil("all of them are where this JVM is", () -> strayThreads().isEmpty());
  }

  /** By name, with the mounts that they see. Those that start a program are there for a moment. */
  private static List<String> strayThreads() {
    try (var threads = Files.list(Path.of("/proc/self/task"))) {
      Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/mnt"));
      return threads
          .flatMap(
              thread -> {
                try {
                  Path sees = Files.readSymbolicLink(thread.resolve("ns/mnt"));
                  String name = Files.readString(thread.resolve("comm")).strip();
                  return sees.equals(own) ? Stream.of() : Stream.of(name + " " + sees);
                } catch (IOException e) {
                  return Stream.of(); // it has ended
                }
              })
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitUntil(String what, BooleanSupplier condition) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what + "; stray: " + strayThreads()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void whatIsMountedMayHideTheSourceOfAnotherMountButNotWhatThisNodeNeeds() throws Exception {
    Path host = Files.createDirectories(marks.resolve("host/part"));
    Files.writeString(host.resolve("file"), "the host's\n");
    JsonNode pod =
        ended(
            "hides",
            volumes(
                volume("empty", "'emptyDir': {}"),
                volume("part", "'hostPath': {'path': '" + host + "', 'type': 'Directory'}")),
            container(
                "ls -A %s; cat %s".formatted(at("host"), at("a/b/c/d/file")),
                "{'name': 'empty', 'mountPath': '%s'}".formatted(at("host")),
                "{'name': 'part', 'mountPath': '%s'}".formatted(at("a/b/c/d"))));
    assertThat(printed(pod, "c0")).containsExactly("the host's");

    create(
        "pods",
        "default",
        pod("covers", volumes(volume("v", "'emptyDir': {}")), "exec sleep 60")
            .replace(
                "'command'",
                "'volumeMounts': [{'name': 'v', 'mountPath': '%s'}], 'command'"
                    .formatted(state.getParent())));
    awaitEvent("Failed", "cannot mount anything at " + state.getParent() + ": this node keeps");
  }

  @Test
  @Conformance({
    "Container Runtime, TerminationMessage, from log output of succeeding container",
    "Container Runtime, TerminationMessage, from file of succeeding container",
    "Container Runtime, TerminationMessage, from container's log output of failing container"
  })
  void whatAContainerLeavesAboutItsEndIsItsMessage() throws Exception {
    String orOutput = "'terminationMessagePolicy': 'FallbackToLogsOnError', ";
    String path = "'terminationMessagePath': '%s', ".formatted(at("last"));

    JsonNode pod =
        ended(
            "ends",
            "",
            "'command': ['sh', '-c', 'printf written > /dev/termination-log; echo said']",
            path + "'command': ['sh', '-c', 'printf elsewhere > %s; exit 1']".formatted(at("last")),
            orOutput + "'command': ['sh', '-c', 'printf OK > /dev/termination-log; echo said']",
            orOutput + "'command': ['sh', '-c', 'echo said']",
            orOutput + "'command': ['sh', '-c', 'printf DONE; exit 1']",
            "'command': ['sh', '-c', 'echo said; exit 1']");

    assertThat(
            pod.at("/status/containerStatuses")
                .valueStream()
                .map(status -> status.at("/state/terminated/message").asText()))
        .containsExactly("written", "elsewhere", "OK", "", "DONE", "");
    assertThat(Path.of("/dev/termination-log")).as("the host's").isEmptyFile();
  }
}
