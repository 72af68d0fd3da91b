package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.node.runtime.ContainerRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What containers find at the paths where volumes are mounted. */
class VolumesTest extends KubeletOnHost {
  private static final String CONFIG =
      """
      {'metadata': {'name': 'config'}, 'data': {'data-1': 'value-1', 'data-2': 'value-2'},
       'binaryData': {'dump.bin': '3q2+7w=='}}
      """;
  private static final String SECRET =
      "{'metadata': {'name': 'hidden'}, 'data': {'user': 'YW5uYQ==', 'password': 'czNjcmV0'}}";

  /** Prints mode and text of files. */
  private static final String SHOW = "for f in %s; do stat -L -c %%a $f; cat $f; echo; done";

  private static final List<String> TOLD =
      List.of("cpu", "cpu-asked", "memory", "memory-asked", "node-cpu", "node-memory", "name");

  @BeforeEach
  void onlyWhereMountsCanBeMade() {
    Assumptions.assumeTrue(runtime.mounts(), "this JVM may mount nothing");
  }

  /** A container that has volumes at the paths of their names, below a directory of the test's. */
  private String at(String path) {
    return marks.resolve(path).toString();
  }

  private String container(String script, String... mounts) {
    return "'command': ['sh', '-c', '%s'], 'volumeMounts': [%s]"
        .formatted(script, String.join(", ", mounts));
  }

  private String mount(String name, String more) {
    return "{'name': '%s', 'mountPath': '%s'%s}".formatted(name, at(name), more);
  }

  private String show(String... files) {
    return SHOW.formatted(String.join(" ", List.of(files).stream().map(this::at).toList()));
  }

  private static String volume(String name, String source) {
    return "{'name': '" + name + "', " + source + "}";
  }

  private static String volumes(String... all) {
    return "'volumes': [" + String.join(", ", all) + "],";
  }

  @Test
  @Conformance({
    "ConfigMap Volume, without mapping",
    "ConfigMap Volume, without mapping, volume mode set",
    "ConfigMap Volume, with mapping",
    "ConfigMap Volume, with mapping, volume mode set",
    "ConfigMap Volume, text data, binary data",
    "ConfigMap Volume, multiple volume maps",
    "Secrets Volume, default",
    "Secrets Volume, volume mode 0400",
    "Secrets Volume, mapping",
    "Secrets Volume, mapping, volume mode 0400",
    "Secrets Volume, mapping multiple volume paths",
    "Secrets Volume, volume mode default, secret with same name in different namespace"
  })
  void keysOfConfigMapsAndSecretsAreFiles() throws Exception {
    create("configmaps", "default", CONFIG);
    create("secrets", "default", SECRET);
    create(
        "secrets", "kube-system", "{'metadata': {'name': 'hidden'}, 'data': {'user': 'bm9ib2R5'}}");
    String items = "'items': [{'key': '%s', 'path': 'path/to/it'%s}]";

    JsonNode pod =
        ended(
            "files",
            volumes(
                volume("plain", "'configMap': {'name': 'config'}"),
                volume("closed", "'configMap': {'name': 'config', 'defaultMode': 256}"),
                volume(
                    "mapped",
                    "'configMap': {'name': 'config', "
                        + items.formatted("data-2", ", 'mode': 256")
                        + "}"),
                volume("secret", "'secret': {'secretName': 'hidden'}"),
                volume("private", "'secret': {'secretName': 'hidden', 'defaultMode': 256}"),
                volume(
                    "renamed",
                    "'secret': {'secretName': 'hidden', " + items.formatted("password", "") + "}")),
            container(
                show("plain/data-1", "closed/data-1", "mapped/path/to/it")
                    + "; ls "
                    + at("plain")
                    + " "
                    + at("mapped")
                    + "; od -A n -t x1 "
                    + at("plain/dump.bin"),
                mount("plain", ""),
                mount("closed", ""),
                mount("mapped", "")),
            container(
                show("secret/user", "private/password", "renamed/path/to/it"),
                mount("secret", ", 'readOnly': true"),
                mount("private", ""),
                mount("renamed", "")));

    assertThat(printed(pod, "c0"))
        .containsExactly(
            "644",
            "value-1",
            "400",
            "value-1",
            "400",
            "value-2",
            at("mapped") + ":",
            "path",
            "",
            at("plain") + ":",
            "data-1",
            "data-2",
            "dump.bin",
            " de ad be ef");
    assertThat(printed(pod, "c1")).containsExactly("644", "anna", "400", "s3cret", "644", "s3cret");
    assertThat(marks.resolve("plain")).as("where the host has it").isEmptyDirectory();
  }

  @Test
  @Conformance({
    "DownwardAPI volume, CPU limits",
    "DownwardAPI volume, CPU request",
    "DownwardAPI volume, memory limits",
    "DownwardAPI volume, memory request",
    "DownwardAPI volume, CPU limit, default node allocatable",
    "DownwardAPI volume, memory limit, default node allocatable",
    "DownwardAPI volume, pod name",
    "DownwardAPI volume, volume mode 0400",
    "DownwardAPI volume, file mode 0400",
    "Projected Volume, multiple projections",
    "Projected Volume, ConfigMap, volume mode default",
    "Projected Volume, ConfigMap, volume mode 0400",
    "Projected Volume, ConfigMap, mapped",
    "Projected Volume, Secrets, volume mode default",
    "Projected Volume, Secrets, mapped",
    "Projected Volume, ConfigMap, mapped, volume mode 0400",
    "Projected Volume, ConfigMap, multiple volume paths",
    "Projected Volume, Secrets, volume mode 0400",
    "Projected Volume, Secrets, mapped, volume mode 0400",
    "Projected Volume, Secrets, mapped, multiple paths",
    "Projected Volume, DownwardAPI, CPU limits",
    "Projected Volume, DownwardAPI, CPU request",
    "Projected Volume, DownwardAPI, memory limits",
    "Projected Volume, DownwardAPI, memory request",
    "Projected Volume, DownwardAPI, CPU limit, node allocatable",
    "Projected Volume, DownwardAPI, memory limit, node allocatable",
    "Projected Volume, DownwardAPI, pod name",
    "Projected Volume, DownwardAPI, volume mode 0400"
  })
  void aPodIsToldOfItselfInFilesAlsoBesideOthersOfOneVolume() throws Exception {
    create("configmaps", "default", CONFIG);
    create("secrets", "default", SECRET);
    String resource =
        "{'path': '%s', 'resourceFieldRef': {'containerName': '%s', 'resource': '%s'%s}}";
    String told =
        String.join(
            ", ",
            resource.formatted("cpu", "c0", "limits.cpu", ", 'divisor': '1m'"),
            resource.formatted("cpu-asked", "c0", "requests.cpu", ", 'divisor': '1m'"),
            resource.formatted("memory", "c0", "limits.memory", ""),
            resource.formatted("memory-asked", "c0", "requests.memory", ""),
            resource.formatted("node-cpu", "c1", "limits.cpu", ""),
            resource.formatted("node-memory", "c1", "limits.memory", ""),
            "{'path': 'name', 'mode': 256, 'fieldRef': {'fieldPath': 'metadata.name'}}");
    String configMap =
        "{'configMap': {'name': 'config', 'items': [{'key': 'data-1', 'path': 'conf/one'%s}]}}";
    String secret = "{'secret': {'name': 'hidden', 'items': [{'key': 'user', 'path': 'who'%s}]}}";
    String plain =
        String.join(
            ", ",
            configMap.formatted(""),
            secret.formatted(""),
            "{'configMap': {'name': 'none', 'optional': true}}",
            "{'downwardAPI': {'items': [" + told + "]}}");
    String own = ", 'mode': 256";
    String closed = configMap.formatted(own) + ", " + secret.formatted(own);
    String whole = "{'configMap': {'name': 'config'}}, {'secret': {'name': 'hidden'}}";
    String projected = "'projected': {%s'sources': [%s]}";

    JsonNode pod =
        ended(
            "told",
            volumes(
                volume("told", "'downwardAPI': {'items': [" + told + "]}"),
                volume("all", projected.formatted("", plain)),
                volume("closed", projected.formatted("", closed)),
                volume("dark", projected.formatted("'defaultMode': 256, ", whole))),
            "'resources': {'requests': {'cpu': '250m', 'memory': '32Mi'}, 'limits': {'cpu':"
                + " '1250m', 'memory': '64Mi'}}, "
                + container(
                    show(TOLD.stream().map(f -> "told/" + f).toArray(String[]::new)),
                    mount("told", "")),
            container(
                show(TOLD.stream().map(f -> "all/" + f).toArray(String[]::new)), mount("all", "")),
            container(
                show(
                    "all/conf/one",
                    "all/who",
                    "closed/conf/one",
                    "closed/who",
                    "dark/data-1",
                    "dark/user"),
                mount("all", ""),
                mount("closed", ""),
                mount("dark", "")));

    List<String> values =
        List.of(
            "644",
            "1250",
            "644",
            "250",
            "644",
            "67108864",
            "644",
            "33554432",
            "644",
            "4",
            "644",
            "1073741824",
            "400",
            "told");
    assertThat(printed(pod, "c0")).isEqualTo(values);
    assertThat(printed(pod, "c1")).isEqualTo(values);
    assertThat(printed(pod, "c2"))
        .containsExactly(
            "644", "value-1", "644", "anna", "400", "value-1", "400", "anna", "400", "value-1",
            "400", "anna");
  }

  @Test
  @Conformance({
    "ConfigMap Volume, update",
    "ConfigMap Volume, create, update and delete",
    "Secrets Volume, create, update and delete",
    "Projected Volume, ConfigMap, update",
    "Projected Volume, ConfigMap, create, update and delete",
    "Projected Volume, Secrets, create, update delete",
    "DownwardAPI volume, update label",
    "DownwardAPI volume, update annotations",
    "Projected Volume, DownwardAPI, update labels",
    "Projected Volume, DownwardAPI, update annotation"
  })
  void filesFollowWhatTheyAreMadeOf() throws Exception {
    create("configmaps", "default", CONFIG);
    create("secrets", "default", SECRET);
    create(
        "pods",
        "default",
        pod(
                "watcher",
                "'terminationGracePeriodSeconds': 1, "
                    + volumes(
                        volume(
                            "v",
                            """
                            'projected': {'sources': [{'configMap': {'name': 'config'}},
                              {'secret': {'name': 'hidden', 'optional': true}},
                              {'configMap': {'name': 'later', 'optional': true}},
                              {'downwardAPI': {'items': [
                                {'path': 'labels', 'fieldRef': {'fieldPath': 'metadata.labels'}},
                                {'path': 'annotations',
                                 'fieldRef': {'fieldPath': 'metadata.annotations'}}]}}]}\
                            """)),
                "exec sleep 60")
            .replace("'command'", "'volumeMounts': [" + mount("v", "") + "], 'command'"));
    await("watcher", KubeletOnHost::isReady);
    assertThat(seen("cat " + at("v/data-1"))).isEqualTo("value-1");
    assertThat(seen("cat " + at("v/labels"))).isEmpty();
    assertThat(seen("cat " + at("v/user"))).isEqualTo("anna");

    change("configmaps", "config", "{'data': {'data-1': 'new', 'data-2': null}}");
    delete("secrets", "hidden");
    create("configmaps", "default", "{'metadata': {'name': 'later'}, 'data': {'late': 'x'}}");
    change("pods", "watcher", "{'metadata': {'labels': {'b': 'two', 'a': 'one'}}}");
    change("pods", "watcher", "{'metadata': {'annotations': {'note': 'a\\nb'}}}");

    awaitSeen("cat " + at("v/data-1"), "new");
    awaitSeen("cat " + at("v/late"), "x");
    awaitSeen("cat " + at("v/labels"), "a=\"one\"\nb=\"two\"");
    awaitSeen("cat " + at("v/annotations"), "note=\"a\\nb\"");
    awaitSeen("ls " + at("v"), "annotations\ndata-1\ndump.bin\nlabels\nlate\n");
  }

  private String seen(String command) throws Exception {
    ContainerRuntime.Container container = runtime.containers().getFirst();
    return runtime
        .exec(container.id(), List.of("sh", "-c", command), Duration.ofSeconds(5))
        .output();
  }

  private void awaitSeen(String command, String output) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    for (String last = seen(command); !last.equals(output); last = seen(command)) {
      assertThat(System.nanoTime()).as("deadline; last: %s", last).isLessThan(deadline);
    }
  }

  private void change(String resource, String name, String patch) {
    api.patch(
            GroupVersionResource.of("v1", resource),
            ObjectKey.of("default", name),
            "",
            PatchType.MERGE,
            json(patch))
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  private void delete(String resource, String name) {
    api.delete(
            GroupVersionResource.of("v1", resource),
            ObjectKey.of("default", name),
            DeleteOptions.DEFAULT)
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

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
  @Conformance(
      "TokenRequestProjection should mount a projected volume with token using TokenRequest API.")
  void aTokenOfItsAccountIsAFile() throws Exception {
    create("serviceaccounts", "default", "{'metadata': {'name': 'robot'}}");
    JsonNode pod =
        ended(
            "robot",
            "'serviceAccountName': 'robot', 'securityContext': {'fsGroup': 0}, "
                + volumes(
                    volume(
                        "token",
                        "'projected': {'defaultMode': 420, 'sources': [{'serviceAccountToken':"
                            + " {'path': 'token', 'audience': 'vault', 'expirationSeconds':"
                            + " 600}}]}")),
            container(show("token/token"), mount("token", "")));
    List<String> lines = printed(pod, "c0");

    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).isEqualTo("600");
    JsonNode review =
        read(
            api.create(
                    GroupVersionResource.of("authentication.k8s.io/v1", "tokenreviews"),
                    "",
                    json(
                        "{'spec': {'audiences': ['vault'], 'token': '%s'}}"
                            .formatted(lines.getLast())))
                .toCompletableFuture()
                .join()
                .orElseThrow());
    assertThat(review.at("/status/user/username").asText())
        .isEqualTo("system:serviceaccount:default:robot");
    assertThat(review.at("/status/user/extra/authentication.kubernetes.io~1pod-uid/0").asText())
        .isEqualTo(pod.at("/metadata/uid").asText());
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

  @Test
  void aPodWaitsForWhatItsVolumesAreMadeOf() throws Exception {
    create(
        "pods",
        "default",
        pod("waits", volumes(volume("v", "'configMap': {'name': 'config'}")), "exec sleep 60")
            .replace("'command'", "'volumeMounts': [" + mount("v", "") + "], 'command'"));
    awaitEvent(
        "FailedMount",
        "MountVolume.SetUp failed for volume \"v\" : configmap \"config\" not found");
    assertThat(get("waits").map(pod -> pod.at("/status/phase").asText()))
        .isEqualTo(Optional.of("Pending"));

    create("configmaps", "default", CONFIG);
    await("waits", KubeletOnHost::isReady);

    stopKubelet(); // as by a kill: what was mounted stays, and commands find it
    startKubelet();
    assertThat(seen("cat " + at("v/data-1"))).isEqualTo("value-1");
  }
}
