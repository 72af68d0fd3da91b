package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.certificate.SampleRequests;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.controller.Resources;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may decide of and sign signing requests: jane, for the signers of one domain. */
class SignerAdmissionTest {
  private static final GroupVersionResource ROLES = Resources.CLUSTER_ROLES;
  private static final GroupVersionResource REQUESTS = Resources.SIGNING_REQUESTS;
  private static final String NOT_HERS = "kubernetes.io/kube-apiserver-client";
  private static final String APPROVED =
      "{'status': {'conditions': [{'type': 'Approved', 'status': 'True'}]}}";
  private static final UserInfo JANE = new UserInfo("jane", "", List.of(UserInfo.AUTHENTICATED));

  private final TestApi api = TestApi.guarded();
  private final PipelineClient admin = api.client();
  private final PipelineClient jane = api.client(JANE);

  SignerAdmissionTest() {
    ok(
        admin.create(
            ROLES,
            "",
            json(
                """
                {'metadata': {'name': 'jane'}, 'rules': [
                  {'apiGroups': ['certificates.k8s.io'], 'verbs': ['*'], 'resources': [
                    'certificatesigningrequests', 'certificatesigningrequests/approval',
                    'certificatesigningrequests/status']},
                  {'apiGroups': ['certificates.k8s.io'], 'verbs': ['approve', 'sign'],
                   'resources': ['signers'], 'resourceNames': ['acme.io/*']}]}
                """)));
    ok(
        admin.create(
            Resources.CLUSTER_ROLE_BINDINGS,
            "",
            json(
                """
                {'metadata': {'name': 'jane'}, 'roleRef': {'kind': 'ClusterRole', 'name': 'jane'},
                 'subjects': [{'kind': 'User', 'name': 'jane'}]}
                """)));
  }

  private static ObjectNode request(String name, String signer, String csr) {
    return json(
        "{'metadata': {'name': '%s'}, 'spec': {'request': '%s', 'signerName': '%s', 'usages': ['client auth']}}"
            .formatted(name, csr, signer));
  }

  @Test
  void onlyWhoMayForTheSignerDecidesAndSigns() {
    for (String signer : List.of("acme.io/s", NOT_HERS)) {
      String name = signer.substring(signer.indexOf('/') + 1);
      ok(jane.create(REQUESTS, "", request(name, signer, SampleRequests.base64("jane"))));
    }
    ObjectKey hers = ObjectKey.of("s");
    ObjectKey other = ObjectKey.of("kube-apiserver-client");

    ok(jane.patch(REQUESTS, hers, "approval", PatchType.MERGE, json(APPROVED)));
    assertThat(message(jane.patch(REQUESTS, other, "approval", PatchType.MERGE, json(APPROVED))))
        .endsWith(
            "is forbidden: user not permitted to approve requests with signerName \"%s\""
                .formatted(NOT_HERS));
    ObjectNode certificate = certificate(base64(SampleRequests.CERTIFICATE));
    String failed = "{'type': 'Failed', 'status': 'True'}";
    String approved = "{'type': 'Approved', 'status': 'True'}, ";
    ok(jane.patch(REQUESTS, hers, "status", PatchType.MERGE, certificate));
    ok(jane.patch(REQUESTS, hers, "status", PatchType.MERGE, conditions(approved + failed)));
    for (ObjectNode status : List.of(certificate, conditions(failed))) {
      assertThat(message(jane.patch(REQUESTS, other, "status", PatchType.MERGE, status)))
          .endsWith(
              "is forbidden: user not permitted to sign requests with signerName \"%s\""
                  .formatted(NOT_HERS));
    }
  }

  @Test
  void whatWasSignedIsNotSignedAnew() {
    ok(admin.create(REQUESTS, "", request("r", "acme.io/s", SampleRequests.base64("jane"))));
    String once = base64(SampleRequests.CERTIFICATE);
    String twice = base64(SampleRequests.CERTIFICATE + SampleRequests.CERTIFICATE);
    ObjectKey key = ObjectKey.of("r");
    for (String certificate : List.of(once, once)) { // the same again changes nothing
      ok(admin.patch(REQUESTS, key, "status", PatchType.MERGE, certificate(certificate)));
    }
    assertThat(message(admin.patch(REQUESTS, key, "status", PatchType.MERGE, certificate(twice))))
        .endsWith(
            "status.certificate: Forbidden: updates may not modify existing certificate content");
  }

  private static ObjectNode certificate(String base64) {
    return json("{'status': {'certificate': '%s'}}".formatted(base64));
  }

  private static ObjectNode conditions(String all) {
    return json("{'status': {'conditions': [" + all + "]}}");
  }

  @Test
  void nobodyAsksToBecomeAnAdministrator() {
    String masters = SampleRequests.base64("masters");

    assertThat(message(admin.create(REQUESTS, "", request("m", NOT_HERS, masters))))
        .isEqualTo(
            "certificatesigningrequests.certificates.k8s.io \"m\" is forbidden: use of "
                + "kubernetes.io/kube-apiserver-client signer with system:masters group is not"
                + " allowed");
    ok(admin.create(REQUESTS, "", request("m", "acme.io/s", masters)));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing | must contain at least one CERTIFICATE PEM block",
        "-----BEGIN X-----eA==-----END X----- | only CERTIFICATE PEM blocks are allowed, found"
            + " \"X\"",
        "-----BEGIN CERTIFICATE-----a: beA==-----END CERTIFICATE-----"
            + " | no PEM block headers are permitted",
        "-----BEGIN CERTIFICATE-----eA==-----END CERTIFICATE----- | x509: malformed certificate",
      })
  void whatASignerWritesIsACertificate(String text, String why) {
    ok(admin.create(REQUESTS, "", request("r", "acme.io/s", SampleRequests.base64("jane"))));

    assertThat(
            message(
                admin.patch(
                    REQUESTS,
                    ObjectKey.of("r"),
                    "status",
                    PatchType.MERGE,
                    certificate(base64(text)))))
        .endsWith("status.certificate: Invalid value: \"<certificate data>\": " + why);
  }
}
