package io.luotsi.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.history.client.Endpoint;
import io.luotsi.history.client.Endpoint.Answer;
import java.nio.charset.StandardCharsets;

/**
 * A Deployment of pods that cost nothing: each says so, and waits for ever. Their processes are
 * known by the pod's address, which is their last argument.
 */
final class Idle {
  static final String SAYS = "idle at 127.";
  static final String PROGRAM = "/bin/sh -c echo idle";

  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
  private static final String DEPLOYMENT =
      """
      {"metadata": {"name": "idle"},
       "spec": {"replicas": %d, "selector": {"matchLabels": {"app": "idle"}},
        "template": {"metadata": {"labels": {"app": "idle"}},
         "spec": {"terminationGracePeriodSeconds": 1, "containers": [
          {"name": "idle", "image": "luotsi.io/host",
           "env": [
            {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}],
           "command": ["/bin/sh", "-c",
            "echo idle at $0; mkfifo gate; read nothing < gate", "$(POD_IP)"]}]}}}}
      """;

  private Idle() {}

  static void deploy(Endpoint api, int replicas) {
    JsonNode deployment =
        Json.readObject(DEPLOYMENT.formatted(replicas).getBytes(StandardCharsets.UTF_8));
    assertThat(api.send("POST", DEPLOYMENTS, deployment).join()).isInstanceOf(Answer.Success.class);
  }

  /** Has all pods made anew, so that each node gets its share. */
  static void spread(Endpoint api) {
    for (Nodes.Pod pod : Nodes.pods(api)) {
      assertThat(api.delete("/api/v1/namespaces/default/pods/" + pod.name()).join())
          .isInstanceOf(Answer.Success.class);
    }
  }
}
