package io.luotsi.core.controller.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.certificate.SampleRequests;
import io.luotsi.core.controller.Action;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a request, by what is said of it. */
class SigningRequestsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final String CLIENT = "kubernetes.io/kube-apiserver-client";
  private static final String KUBELET = "kubernetes.io/kube-apiserver-client-kubelet";

  private final List<Long> lives = new ArrayList<>();
  private final CertificateSigner authority =
      (request, usages, life, now) -> {
        lives.add(life);
        return "signed " + request.commonName();
      };

  private static ObjectNode request(String name, String signer, String... usages) {
    ObjectNode request = Json.object();
    request
        .putObject("metadata")
        .put("name", "r")
        .put("uid", "u")
        .put("resourceVersion", "7")
        .put("creationTimestamp", "2026-01-02T03:00:00Z");
    ObjectNode spec = request.putObject("spec");
    spec.put("request", SampleRequests.base64(name)).put("signerName", signer);
    Arrays.stream(usages).forEach(spec.putArray("usages")::add);
    return request;
  }

  private static ObjectNode with(ObjectNode request, String condition) {
    request
        .withObject("status")
        .withArray("conditions")
        .addObject()
        .put("type", condition)
        .put("status", "True")
        .put("lastUpdateTime", "2026-01-02T03:01:00Z");
    return request;
  }

  private static StoredObject stored(ObjectNode request) {
    return StoredObject.parse(Json.write(request), SelectableFields.NONE);
  }

  private Optional<ObjectNode> signed(ObjectNode request) {
    return SigningRequests.sign(stored(request), authority, NOW)
        .map(action -> ((Action.Update) action).body());
  }

  @Test
  void anApprovedRequestIsSigned() throws Exception {
    ObjectNode signed =
        signed(with(request("jane", CLIENT, "client auth"), "Approved")).orElseThrow();

    assertThat(new String(signed.at("/status/certificate").binaryValue(), StandardCharsets.UTF_8))
        .isEqualTo("signed jane");
    assertThat(lives).containsExactly(365L * 24 * 3_600);
  }

  @ParameterizedTest
  @CsvSource({"600,600", "100,600", "86400,86400", "999999999,31536000"})
  void aCertificateLivesAsLongAsAskedWithinBounds(long asked, long given) {
    ObjectNode request = with(request("jane", CLIENT, "client auth"), "Approved");
    request.withObject("spec").put("expirationSeconds", asked);

    assertThat(signed(request)).isPresent();
    assertThat(lives).containsExactly(given);
  }

  @Test
  void whatIsNotApprovedOrForAnotherSignerIsLeftAlone() {
    assertThat(signed(request("jane", CLIENT, "client auth"))).isEmpty();
    assertThat(signed(with(request("jane", CLIENT, "client auth"), "Denied"))).isEmpty();
    assertThat(signed(with(request("jane", "acme.io/s", "client auth"), "Approved"))).isEmpty();
    ObjectNode failed = with(with(request("jane", CLIENT, "client auth"), "Approved"), "Failed");
    assertThat(signed(failed)).isEmpty();
    ObjectNode done = with(request("jane", CLIENT, "client auth"), "Approved");
    done.withObject("status").put("certificate", "eA==");
    assertThat(signed(done)).isEmpty();
  }

  @Test
  void aRequestThatItsSignerDoesNotLikeFails() {
    ObjectNode failed =
        signed(with(request("jane", CLIENT, "server auth"), "Approved")).orElseThrow();

    assertThat(failed.at("/status/conditions/1").toString())
        .isEqualTo(
            "{\"type\":\"Failed\",\"status\":\"True\",\"reason\":\"SignerValidationFailure\","
                + "\"message\":\"invalid usage for client certificate: server auth\","
                + "\"lastUpdateTime\":\"2026-01-02T03:04:05Z\"}");
    assertThat(failed.at("/status/certificate").isMissingNode()).isTrue();
    assertThat(lives).isEmpty();
  }

  private static List<String> claims(ObjectNode request) {
    return SigningRequests.claims(stored(request)).stream()
        .map(SigningRequests.Claim::subresource)
        .toList();
  }

  @Test
  void aKubeletMayClaimItsOwnCertificateAndABootstrapperThatOfANode() {
    String[] usages = {"client auth", "digital signature"};
    ObjectNode own = request("node", KUBELET, usages);
    own.withObject("spec").put("username", "system:node:n1");
    assertThat(claims(own)).containsExactly("selfnodeclient", "nodeclient");

    ObjectNode bootstraps = request("node", KUBELET, usages);
    bootstraps
        .withObject("spec")
        .put("username", "system:bootstrap:abc")
        .putArray("groups")
        .add("g");
    assertThat(claims(bootstraps)).containsExactly("nodeclient");
    StoredObject asks = stored(bootstraps);
    assertThat(SigningRequests.review(asks, SigningRequests.claims(asks).getFirst()).toString())
        .isEqualTo(
            "{\"spec\":{\"user\":\"system:bootstrap:abc\",\"uid\":\"\",\"groups\":[\"g\"],"
                + "\"resourceAttributes\":{\"group\":\"certificates.k8s.io\",\"resource\":"
                + "\"certificatesigningrequests\",\"verb\":\"create\",\"subresource\":"
                + "\"nodeclient\"}}}");

    assertThat(claims(request("jane", KUBELET, usages))).isEmpty();
    assertThat(claims(request("node", CLIENT, usages))).isEmpty();
    assertThat(claims(with(own, "Denied"))).isEmpty();
  }

  private static Optional<String> end(ObjectNode request) {
    return SigningRequests.end(stored(request)).map(Instant::toString);
  }

  @Test
  void requestsAreKeptForAWhile() {
    assertThat(end(request("jane", CLIENT))).contains("2026-01-03T03:00:00Z");
    assertThat(end(with(request("jane", CLIENT), "Denied"))).contains("2026-01-02T04:01:00Z");
    assertThat(end(with(request("jane", CLIENT), "Failed"))).contains("2026-01-02T04:01:00Z");
    assertThat(end(with(request("jane", CLIENT), "Approved"))).isEmpty();
    ObjectNode issued = with(request("jane", CLIENT), "Approved");
    issued.withObject("status").put("certificate", "eA==");
    assertThat(end(issued)).contains("2026-01-02T04:01:00Z");
  }
}
