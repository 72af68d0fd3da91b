package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.conformance.Conformance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the files of volumes are made of, and that they follow it. */
class VolumesTest extends VolumesOnHost {
  private static final int VOLUMES = 50;
  private static final int PODS_AT_ONCE = 5;

  private static final List<String> TOLD =
      List.of("cpu", "cpu-asked", "memory", "memory-asked", "node-cpu", "node-memory", "name");

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

  @Test
  @Conformance("EmptyDir Wrapper Volume, ConfigMap volumes, no race")
  void manyPodsHaveManyVolumesAtOnce() throws Exception {
    List<String> sources = new ArrayList<>();
    List<String> mounts = new ArrayList<>();
    for (int i = 0; i < VOLUMES; i++) {
      String name = "map-" + i;
      String map = "{'metadata': {'name': '%s'}, 'data': {'data-1': 'value-1'}}".formatted(name);
      create("configmaps", "default", map);
      sources.add(volume(name, "'configMap': {'name': '" + name + "'}"));
      mounts.add(mount(name, ""));
    }
    String pod = "{'metadata': {'name': 'many-%d'}, 'spec': {'nodeName': 'node-1', %s %s}}";
    String main = "{'name': 'main', 'image': 'luotsi.io/host', %s}";
    String script = container("cat " + at("map-*/data-1"), mounts.toArray(String[]::new));
    String containers = "'restartPolicy': 'Never', 'containers': [" + main.formatted(script) + "]";
    for (int i = 0; i < PODS_AT_ONCE; i++) {
      create(
          "pods", "default", pod.formatted(i, volumes(sources.toArray(String[]::new)), containers));
    }
    for (int i = 0; i < PODS_AT_ONCE; i++) {
      JsonNode done = await("many-" + i, p -> p.at("/status/phase").asText().equals("Succeeded"));
      assertThat(printed(done, "main")).containsExactly("value-1".repeat(VOLUMES));
    }
  }
}
