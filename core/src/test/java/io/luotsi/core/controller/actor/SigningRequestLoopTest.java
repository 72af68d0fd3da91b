package io.luotsi.core.controller.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.core.certificate.SampleRequests;
import io.luotsi.core.controller.Resources;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Signing requests, from when they are made to when there is a certificate. */
class SigningRequestLoopTest {
  private static final GroupVersionResource REQUESTS = Resources.SIGNING_REQUESTS;
  private static final String CLIENT = "kube-apiserver-client";
  private static final String KUBELET = "kube-apiserver-client-kubelet";
  private static final UserInfo NODE =
      new UserInfo("system:node:n1", "", List.of("system:nodes", UserInfo.AUTHENTICATED));
  private static final UserInfo JANE = new UserInfo("jane", "", List.of(UserInfo.AUTHENTICATED));
  private static final String APPROVED =
      "{\"status\":{\"conditions\":[{\"type\":\"Approved\",\"status\":\"True\"}]}}";

  private static void make(Cluster cluster, GroupVersionResource resource, String json) {
    cluster.create(resource, "", json.replace('\'', '"'));
  }

  private static void ask(
      Cluster cluster, UserInfo user, String name, String request, String signer, String usages) {
    String json =
        "{'metadata':{'name':'%s'},'spec':{'request':'%s','signerName':'kubernetes.io/%s','usages':[%s]}}"
            .formatted(name, SampleRequests.base64(request), signer, usages)
            .replace('\'', '"');
    cluster
        .server()
        .client(user)
        .create(REQUESTS, "", Json.readObject(json.getBytes(StandardCharsets.UTF_8)))
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  private static ObjectNode await(Cluster cluster, String name, String pointer) {
    return cluster
        .await(
            REQUESTS,
            "",
            all ->
                all.stream().anyMatch(one -> isCalled(one, name) && one.at(pointer).isValueNode()))
        .stream()
        .filter(one -> isCalled(one, name))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isCalled(ObjectNode object, String name) {
    return object.at("/metadata/name").asText().equals(name);
  }

  @Test
  void approvedRequestsAreSignedAndAKubeletsOwnNeedNobodysApproval() {
    try (Cluster cluster = new Cluster(TestApi.guarded(InstantSource.system(), Set.of()))) {
      make(
          cluster,
          Resources.CLUSTER_ROLE_BINDINGS,
          "{'metadata':{'name':'renewals'},'roleRef':{'kind':'ClusterRole','name':"
              + "'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient'},"
              + "'subjects':[{'kind':'Group','name':'system:nodes'}]}");
      make(
          cluster,
          Resources.CLUSTER_ROLE_BINDINGS,
          "{'metadata':{'name':'asks'},'roleRef':{'kind':'ClusterRole','name':"
              + "'system:node-bootstrapper'},'subjects':[{'kind':'User','name':'jane'},"
              + "{'kind':'User','name':'system:node:n1'}]}");
      String kubelet = "'client auth','digital signature'";
      ask(cluster, JANE, "bootstraps", "node", KUBELET, kubelet);
      ask(cluster, NODE, "renews", "node", KUBELET, kubelet);
      ask(cluster, JANE, "client", "jane", CLIENT, "'client auth'");
      ask(cluster, JANE, "wrong", "jane", CLIENT, "'server auth'");
      for (String name : List.of("client", "wrong")) {
        cluster.patch(REQUESTS, ObjectKey.of(name), "approval", APPROVED);
      }

      ObjectNode renewed = await(cluster, "renews", "/status/certificate");
      assertThat(renewed.at("/status/conditions/0/reason").asText()).isEqualTo("AutoApproved");
      assertThat(renewed.at("/status/conditions/0/message").asText())
          .isEqualTo("Auto approving self kubelet client certificate after SubjectAccessReview.");
      assertThat(await(cluster, "client", "/status/certificate").at("/status/certificate").asText())
          .isEqualTo(base64(SampleRequests.CERTIFICATE));
      ObjectNode wrong = await(cluster, "wrong", "/status/conditions/1/type");
      assertThat(wrong.at("/status/conditions/1/reason").asText())
          .isEqualTo("SignerValidationFailure");
      // Jane may not have a node's certificate, until somebody says that she may.
      assertThat(cluster.get(REQUESTS, ObjectKey.of("bootstraps")).at("/status").isEmpty())
          .isTrue();
      make(
          cluster,
          Resources.CLUSTER_ROLE_BINDINGS,
          "{'metadata':{'name':'bootstraps'},'roleRef':{'kind':'ClusterRole','name':"
              + "'system:certificates.k8s.io:certificatesigningrequests:nodeclient'},"
              + "'subjects':[{'kind':'User','name':'jane'}]}");
      await(cluster, "bootstraps", "/status/certificate");
    }
  }

  @Test
  void anOldRequestIsRemoved() {
    try (Cluster cluster = new Cluster()) {
      ask(cluster, JANE, "old", "jane", CLIENT, "'client auth'");
      cluster.patch(
          REQUESTS,
          ObjectKey.of("old"),
          "approval",
          """
          {"status":{"conditions":[{"type":"Denied","status":"True",
            "lastUpdateTime":"2020-01-01T00:00:00Z"}]}}
          """);

      cluster.await(REQUESTS, "", List::isEmpty);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }
}
