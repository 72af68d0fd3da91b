package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.PODS;
import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static io.luotsi.core.apiserver.Requests.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.token.AccountTokens;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** ServiceAccounts: their tokens, who is recognised by one, and pods that run as them. */
class AccountsTest {
  private static final GroupVersionResource REVIEWS =
      GroupVersionResource.of("authentication.k8s.io/v1", "tokenreviews");
  private static final ObjectKey ROBOT = ObjectKey.of("default", "robot");

  private final AtomicReference<Instant> now = new AtomicReference<>(TestApi.START);
  private final TestApi api = TestApi.admitting(now::get);
  private final PipelineClient client = api.client();
  private final StoredObject robot = account("robot", "");

  private StoredObject account(String name, String more) {
    return ok(
        client.create(
            Resources.SERVICE_ACCOUNTS,
            "default",
            json("{'metadata': {'name': '%s'}%s}".formatted(name, more))));
  }

  private CompletionStage<Outcome<StoredObject>> request(UserInfo user, String spec) {
    return api.client(user)
        .createSubresource(
            Resources.SERVICE_ACCOUNTS, ROBOT, "token", json("{'spec': {" + spec + "}}"));
  }

  private CompletionStage<Outcome<StoredObject>> request(String spec) {
    return request(UserInfo.component("admin"), spec);
  }

  private String token(String spec) {
    return json(ok(request(spec))).at("/status/token").asText();
  }

  private Optional<UserInfo> holder(String token, String... audiences) {
    return new AccountAuthenticator(TestApi.TOKENS, api.store(), now::get)
        .authenticate(token, audiences.length == 0 ? AccountTokens.AUDIENCES : List.of(audiences))
        .toCompletableFuture()
        .join()
        .orElseThrow()
        .map(TokenAuthenticator.Authenticated::user);
  }

  private static ObjectNode podOf(String account) {
    ObjectNode pod = pod("p");
    pod.withObject("spec").put("serviceAccountName", account);
    return pod;
  }

  @Test
  void aTokenIsGoodForAnHourUnlessSomebodySaysOtherwise() {
    ObjectNode answer = json(ok(request("")));
    assertThat(answer.path("kind").asText()).isEqualTo("TokenRequest");
    assertThat(answer.at("/metadata/name").asText()).isEqualTo("robot");
    assertThat(answer.at("/spec/expirationSeconds").asInt()).isEqualTo(3_600);
    assertThat(answer.at("/spec/audiences/0").asText()).isEqualTo(AccountTokens.ISSUER);
    assertThat(answer.at("/status/expirationTimestamp").asText()).isEqualTo("2026-01-02T04:04:05Z");
    String token = answer.at("/status/token").asText();
    assertThat(holder(token).orElseThrow())
        .satisfies(
            user -> {
              assertThat(user.name()).isEqualTo("system:serviceaccount:default:robot");
              assertThat(user.uid()).isEqualTo(robot.uid());
              assertThat(user.groups())
                  .containsExactly(
                      "system:serviceaccounts",
                      "system:serviceaccounts:default",
                      "system:authenticated");
              assertThat(user.extra())
                  .containsOnlyKeys("authentication.kubernetes.io/credential-id");
            });
    now.set(TestApi.START.plusSeconds(3_600));
    assertThat(holder(token)).isPresent();
    now.set(TestApi.START.plusSeconds(3_601));
    assertThat(holder(token)).isEmpty();
  }

  @Test
  void aTokenIsForThoseItWasAskedFor() {
    String token = token("'audiences': ['vault', 'bank']");
    assertThat(holder(token)).isEmpty();
    assertThat(holder(token, "vault")).isPresent();
    assertThat(holder(token, "shop")).isEmpty();
  }

  @Test
  void aTokenEndsWithItsAccountAndIsNotThatOfTheNextOfTheSameName() {
    String token = token("");
    ok(client.delete(Resources.SERVICE_ACCOUNTS, ROBOT, DeleteOptions.DEFAULT));
    assertThat(holder(token)).isEmpty();
    account("robot", "");
    assertThat(holder(token)).isEmpty();
    assertThat(holder(token(""))).isPresent();
  }

  @Test
  void aTokenThatIsBoundToAPodSaysSoAndEndsWithIt() {
    account("other", "");
    StoredObject pod = ok(client.create(PODS, "default", podOf("robot")));
    String bound = "'boundObjectRef': {'apiVersion': 'v1', 'kind': 'Pod', 'name': '%s'%s}";
    String token = token(bound.formatted("p", ""));
    assertThat(holder(token).orElseThrow().extra())
        .containsAllEntriesOf(
            Map.of(
                "authentication.kubernetes.io/pod-name", List.of("p"),
                "authentication.kubernetes.io/pod-uid", List.of(pod.uid())));
    assertThat(message(request(bound.formatted("p", ", 'uid': 'u'"))))
        .isEqualTo(
            "Operation cannot be fulfilled on Pod \"p\": the UID in the bound object reference (u)"
                + " does not match the UID in record. The object might have been deleted and then"
                + " recreated");
    assertThat(message(request(bound.formatted("q", "")))).isEqualTo("pods \"q\" not found");
    assertThat(message(request("'boundObjectRef': {'apiVersion': 'v1', 'kind': 'X', 'name': 'p'}")))
        .isEqualTo("cannot bind token to object of type /v1, Kind=X");
    assertThat(
            message(
                client.createSubresource(
                    Resources.SERVICE_ACCOUNTS,
                    ObjectKey.of("default", "other"),
                    "token",
                    json("{'spec': {" + bound.formatted("p", "") + "}}"))))
        .isEqualTo(
            "cannot bind token for serviceaccount \"other\" to pod running with different"
                + " serviceaccount name.");
    ok(client.delete(PODS, pod.key(), DeleteOptions.now(pod.uid())));
    assertThat(holder(token)).isEmpty();
  }

  @Test
  void aTokenForAMountedVolumeIsGoodForAYearAndSaysWhenToReplaceIt() {
    ok(client.create(PODS, "default", podOf("robot")));
    ObjectNode answer =
        json(
            ok(
                request(
                    "'expirationSeconds': 3607, 'boundObjectRef':"
                        + " {'apiVersion': 'v1', 'kind': 'Pod', 'name': 'p'}")));
    assertThat(answer.at("/status/expirationTimestamp").asText()).isEqualTo("2026-01-02T04:04:12Z");
    now.set(TestApi.START.plusSeconds(300L * 24 * 3_600));
    assertThat(holder(answer.at("/status/token").asText())).isPresent();
  }

  @Test
  void lifetimesHaveBounds() {
    assertThat(message(request("'expirationSeconds': 599")))
        .isEqualTo(
            "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid"
                + " value: 599: may not specify a duration less than 10 minutes");
    assertThat(message(request("'expirationSeconds': 4294967297")))
        .endsWith("4294967297: may not specify a duration larger than 2^32 seconds");
    assertThat(holder(token("'expirationSeconds': 4294967296"))).isPresent();
  }

  @Test
  void nobodyGetsATokenOfAnAccountThatIsNotThere() {
    assertThat(
            message(
                client.createSubresource(
                    Resources.SERVICE_ACCOUNTS,
                    ObjectKey.of("default", "nobody"),
                    "token",
                    json("{}"))))
        .isEqualTo("serviceaccounts \"nobody\" not found");
  }

  @Test
  void aKubeletGetsTokensOfItsOwnPodsAlone() {
    UserInfo kubelet = UserInfo.node("n1");
    ObjectNode pod = podOf("robot");
    pod.withObject("spec").put("nodeName", "n1");
    StoredObject here = ok(client.create(PODS, "default", pod));
    String bound = "'boundObjectRef': {'apiVersion': 'v1', 'kind': 'Pod', 'name': 'p'%s}";
    String uid = ", 'uid': '" + here.uid() + "'";
    assertThat(message(request(kubelet, ""))).endsWith("node requested token not bound to a pod");
    assertThat(message(request(kubelet, bound.formatted(""))))
        .endsWith("node requested token with a pod binding without a uid");
    assertThat(message(request(UserInfo.node("n2"), bound.formatted(uid))))
        .endsWith("node requested token bound to a pod scheduled on a different node");
    String token = json(ok(request(kubelet, bound.formatted(uid)))).at("/status/token").asText();
    assertThat(holder(token).orElseThrow().extra())
        .containsEntry("authentication.kubernetes.io/node-name", List.of("n1"));
  }

  @Test
  @Conformance("ServiceAccount, create and review token")
  void aReviewSaysWhoseATokenIs() {
    JsonNode good = review("{'spec': {'token': '" + token("") + "'}}");
    assertThat(good.path("authenticated").asBoolean()).isTrue();
    assertThat(good.at("/user/username").asText()).isEqualTo("system:serviceaccount:default:robot");
    assertThat(good.at("/audiences/0").asText()).isEqualTo(AccountTokens.ISSUER);
    assertThat(review("{'spec': {'token': 'x'}}").toString())
        .isEqualTo("{\"user\":{},\"error\":\"invalid bearer token\"}");
    String ofVault = token("'audiences': ['vault']");
    assertThat(
            review("{'spec': {'token': '" + ofVault + "', 'audiences': ['bank', 'vault']}}")
                .path("audiences")
                .toString())
        .isEqualTo("[\"vault\"]");
    assertThat(message(client.create(REVIEWS, "", json("{'spec': {}}"))))
        .isEqualTo("token is required for TokenReview in authentication");
  }

  private JsonNode review(String body) {
    return json(ok(client.create(REVIEWS, "", json(body)))).path("status");
  }

  @Test
  void aPodRunsAsAnAccountThatIsThere() {
    assertThat(message(client.create(PODS, "default", podOf("nobody"))))
        .isEqualTo(
            "pods \"p\" is forbidden: error looking up service account default/nobody:"
                + " serviceaccount \"nobody\" not found");
    account("default", ", 'imagePullSecrets': [{'name': 'hub'}]");
    ObjectNode made = json(ok(client.create(PODS, "default", pod("p"))));
    assertThat(made.at("/spec/serviceAccountName").asText()).isEqualTo("default");
    assertThat(made.at("/spec/serviceAccount").asText()).isEqualTo("default");
    assertThat(made.at("/spec/imagePullSecrets/0/name").asText()).isEqualTo("hub");
    ObjectNode own = pod("q");
    own.withObject("spec").putArray("imagePullSecrets").addObject().put("name", "mine");
    assertThat(
            json(ok(client.create(PODS, "default", own))).at("/spec/imagePullSecrets").toString())
        .isEqualTo("[{\"name\":\"mine\"}]");
  }

  @Test
  @Conformance("Service account tokens auto mount optionally")
  void aPodHasATokenMountedUnlessItOrItsAccountWantsNone() {
    account("silent", ", 'automountServiceAccountToken': false");
    String wanted = ", 'automountServiceAccountToken': true";
    String unwanted = ", 'automountServiceAccountToken': false";

    assertThat(mounts("robot", "")).isOne();
    assertThat(mounts("robot", wanted)).isOne();
    assertThat(mounts("robot", unwanted)).isZero();
    assertThat(mounts("silent", "")).isZero();
    assertThat(mounts("silent", wanted)).isOne();
    assertThat(mounts("silent", unwanted)).isZero();
  }

  private int mounts(String account, String more) {
    String pod =
        "{'metadata': {'generateName': 'p-'}, 'spec': {'serviceAccountName': '%s'%s, 'containers':"
            + " [{'name': 'c', 'image': 'i'}]}}";
    ObjectNode made = json(ok(client.create(PODS, "default", json(pod.formatted(account, more)))));
    assertThat(made.at("/spec/volumes").size())
        .isEqualTo(made.at("/spec/containers/0/volumeMounts").size());
    return made.at("/spec/volumes").size();
  }

  @Test
  void theVolumeOfATokenIsAsUpstreamsAndOneThatIsThereIsUsed() {
    String pod =
        """
        {'metadata': {'name': 'p'}, 'spec': {'serviceAccountName': 'robot', %s
          'initContainers': [{'name': 'i', 'image': 'i'}],
          'containers': [{'name': 'own', 'image': 'i', 'volumeMounts': [
              {'name': 'mine', 'mountPath': '/var/run/secrets/kubernetes.io/serviceaccount'}]},
            {'name': 'c', 'image': 'i', 'volumeMounts': [
              {'name': 'mine', 'mountPath': '/mine'}]}]}}
        """;
    ObjectNode made =
        json(
            ok(
                client.create(
                    PODS,
                    "default",
                    json(pod.formatted("'volumes': [{'name': 'mine', 'emptyDir': {}}],")))));
    JsonNode volume = made.at("/spec/volumes/1");
    String name = volume.path("name").asText();
    assertThat(name).matches("kube-api-access-[a-z0-9]{5}");
    assertThat(volume.path("projected"))
        .isEqualTo(
            json(
                """
                {'sources': [
                  {'serviceAccountToken': {'expirationSeconds': 3607, 'path': 'token'}},
                  {'configMap': {'name': 'kube-root-ca.crt',
                    'items': [{'key': 'ca.crt', 'path': 'ca.crt'}]}},
                  {'downwardAPI': {'items': [{'path': 'namespace',
                    'fieldRef': {'apiVersion': 'v1', 'fieldPath': 'metadata.namespace'}}]}}],
                 'defaultMode': 420}
                """));
    JsonNode mount =
        json(
            "{'name': '%s', 'readOnly': true, 'mountPath':".formatted(name)
                + " '/var/run/secrets/kubernetes.io/serviceaccount'}");
    assertThat(made.at("/spec/initContainers/0/volumeMounts")).containsExactly(mount);
    assertThat(made.at("/spec/containers/0/volumeMounts").findValuesAsText("name"))
        .containsExactly("mine");
    assertThat(made.at("/spec/containers/1/volumeMounts/1")).isEqualTo(mount);

    ObjectNode again = made.deepCopy();
    again.putObject("metadata").put("name", "copy");
    ObjectNode copy = json(ok(client.create(PODS, "default", again)));
    assertThat(copy.path("spec")).isEqualTo(made.path("spec"));
  }

  @Test
  void aPodOfANewNamespaceWaitsForItsDefaultAccount() {
    CompletionStage<Outcome<StoredObject>> pod = client.create(PODS, "default", pod("p"));
    account("default", "");
    assertThat(json(ok(pod)).at("/spec/serviceAccountName").asText()).isEqualTo("default");
  }

  @Test
  void aPodThatNobodyMakesAnAccountForIsRefused() {
    assertThat(message(client.create(PODS, "kube-system", pod("p"))))
        .endsWith("serviceaccount \"default\" not found");
  }
}
