package io.luotsi.core.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each signer wants to see, in upstream's words. */
class SignersTest {
  private static final String CLIENT = "client auth";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "kube-apiserver-client | jane | client auth | -",
        "kube-apiserver-client | jane | client auth,key encipherment,digital signature | -",
        "kube-apiserver-client | jane | digital signature"
            + " | missing required usage for client certificate: client auth",
        "kube-apiserver-client | jane | client auth,server auth"
            + " | invalid usage for client certificate: server auth",
        "kube-apiserver-client-kubelet | node | client auth,digital signature | -",
        "kube-apiserver-client-kubelet | node | client auth,digital signature,key encipherment | -",
        "kube-apiserver-client-kubelet | node | client auth"
            + " | usages did not match [client auth digital signature key encipherment]",
        "kube-apiserver-client-kubelet | jane | client auth,digital signature"
            + " | subject organization is not system:nodes",
        "kube-apiserver-client-kubelet | serving | client auth,digital signature"
            + " | DNS subjectAltNames are not allowed",
        "kubelet-serving | serving | server auth,digital signature,key encipherment | -",
        "kubelet-serving | serving | server auth,client auth"
            + " | usages did not match [digital signature key encipherment server auth]",
        "kubelet-serving | node | server auth,digital signature"
            + " | DNS or IP subjectAltName is required",
        "kubelet-serving | jane | server auth,digital signature"
            + " | subject organization is not system:nodes",
        "legacy-unknown | jane | any | -",
      })
  void aSignerSaysWhyItDoesNotSign(String signer, String request, String usages, String why) {
    assertThat(
            Signers.complaint(
                    "kubernetes.io/" + signer,
                    SampleRequests.parsed(request),
                    Arrays.asList(usages.split(",")))
                .orElse(null))
        .isEqualTo(why);
  }

  @Test
  void signersOfOthersAreNotBuiltIn() {
    assertThat(Signers.isBuiltIn(Signers.KUBELET_SERVING)).isTrue();
    assertThat(List.of("acme.io/s", "kubernetes.io/other", CLIENT)).noneMatch(Signers::isBuiltIn);
  }
}
