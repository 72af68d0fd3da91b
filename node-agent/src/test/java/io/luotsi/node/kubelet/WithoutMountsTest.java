package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Volumes where Luotsi is not root, and containers see nothing but the host's own mounts. */
class WithoutMountsTest extends KubeletOnHost {
  @Override
  boolean mayMount() {
    return false;
  }

  @Test
  void volumesAreRefusedInPlainWords() throws Exception {
    create(
        "pods",
        "default",
        pod("volume", "'volumes': [{'name': 'tmp', 'emptyDir': {}}],", "sleep 60")
            .replace(
                "'command'", "'volumeMounts': [{'name': 'tmp', 'mountPath': '/data'}], 'command'"));
    awaitEvent("FailedMount", "mounts nothing at /data");
    JsonNode pending = await("volume", p -> p.at("/status/phase").asText().equals("Pending"));
    assertThat(main(pending).at("/state/waiting/reason").asText()).isEqualTo("ContainerCreating");
    assertThat(runtime.containers()).isEmpty();
  }

  @Test
  void whereTheTokenIsSaysTheEnvironment() throws Exception {
    create("serviceaccounts", "default", "{'metadata': {'name': 'robot'}}");
    String path = "/var/run/secrets/kubernetes.io/serviceaccount";
    JsonNode pod =
        ended(
            "robot",
            "'serviceAccountName': 'robot', 'volumes': [{'name': 'token', 'projected': {'sources':"
                + " [{'serviceAccountToken': {'path': 'token'}}]}}],",
            "'volumeMounts': [{'name': 'token', 'mountPath': '"
                + path
                + "'}], 'command': ['sh', '-c', 'cat $CONTAINER_SANDBOX_MOUNT_POINT"
                + path
                + "/token']");
    assertThat(printed(pod, "c0")).singleElement().asString().startsWith("ey");
  }

  @Test
  void aMessageIsLeftWhereTheEnvironmentSaysAndAHostPathIsWhereItIs() throws Exception {
    Files.writeString(marks.resolve("file"), "the host's");
    JsonNode pod =
        ended(
            "leaves",
            "'volumes': [{'name': 'v', 'hostPath': {'path': '" + marks + "'}}],",
            """
            'volumeMounts': [{'name': 'v', 'mountPath': '%1$s'}], 'command': ['sh', '-c',
              'cat %1$s/file > $CONTAINER_SANDBOX_MOUNT_POINT/dev/termination-log']
            """
                .formatted(marks));
    assertThat(main(pod).at("/state/terminated/message").asText()).isEqualTo("the host's");
  }
}
