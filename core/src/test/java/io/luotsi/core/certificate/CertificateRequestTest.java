package io.luotsi.core.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.certificate.CertificateRequest.AlternativeName;
import io.luotsi.core.certificate.CertificateRequest.NameType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What requests say, and that nothing else is taken for one. */
class CertificateRequestTest {
  private static byte[] der(String name) {
    String text = new String(SampleRequests.pem(name), StandardCharsets.US_ASCII);
    return Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
  }

  private static byte[] pem(byte[] der) {
    return ("-----BEGIN CERTIFICATE REQUEST-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END CERTIFICATE REQUEST-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void aRequestSaysWhoItIsFor() {
    CertificateRequest jane = SampleRequests.parsed("jane");

    assertThat(jane.commonName()).isEqualTo("jane");
    assertThat(jane.organizations()).containsExactly("dev", "ops");
    assertThat(jane.names()).isEmpty();
    assertThat(jane.key().getAlgorithm()).isEqualTo("EC");
    assertThat(SampleRequests.parsed("ed25519").values("2.5.4.11")).containsExactly("sea");
  }

  @Test
  void alternativeNamesAreReadInOrder() {
    assertThat(SampleRequests.parsed("serving").names())
        .containsExactly(
            new AlternativeName(NameType.DNS, "n1"),
            new AlternativeName(NameType.ADDRESS, "10.0.0.7"),
            new AlternativeName(NameType.ADDRESS, "fe80:0:0:0:0:0:0:1"));
    assertThat(SampleRequests.parsed("ed25519").names())
        .isEqualTo(
            List.of(
                new AlternativeName(NameType.EMAIL, "a@b.c"),
                new AlternativeName(NameType.URI, "spiffe://x/y")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"jane", "serving", "ed25519", "pss"})
  void everySortOfKeyIsKnownAndItsSignatureChecked(String name) {
    assertThat(SampleRequests.parsed(name).key()).isNotNull();
    byte[] forged = der(name);
    // Some letter of the name: what is signed is another name now.
    byte[] subject = SampleRequests.parsed(name).commonName().getBytes(StandardCharsets.US_ASCII);
    int at = 0;
    while (!Arrays.equals(forged, at, at + subject.length, subject, 0, subject.length)) {
      at++;
    }
    forged[at]++;

    assertThatThrownBy(() -> CertificateRequest.parse(pem(forged)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("x509: signature verification error");
  }

  @Test
  void whatIsNoRequestIsRefusedAndNothingElseHappens() {
    byte[] der = der("serving");
    for (int length = 0; length < der.length; length++) {
      byte[] part = Arrays.copyOf(der, length);
      assertThatThrownBy(() -> CertificateRequest.parse(pem(part)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    Random random = new Random(2986);
    for (int round = 0; round < 2_000; round++) {
      byte[] changed = der.clone();
      int at = random.nextInt(changed.length);
      changed[at] += (byte) (1 + random.nextInt(255));
      try {
        // What is not signed itself, such as the parameters of the signature, may say anything.
        assertThat(CertificateRequest.parse(pem(changed)))
            .as("changed at %d to %d", at, changed[at])
            .isEqualTo(SampleRequests.parsed("serving"));
      } catch (IllegalArgumentException refused) {
        assertThat(refused).hasMessageMatching("(asn1|x509): .+");
      }
    }
    byte[] nested = new byte[1 << 20];
    Arrays.fill(nested, (byte) 0x30);
    assertThatThrownBy(() -> CertificateRequest.parse(pem(nested)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void otherBlocksAreNoRequests() {
    for (String text : List.of("", "jane", "-----BEGIN CERTIFICATE-----\neA==\n-----END X-----")) {
      assertThatThrownBy(() -> CertificateRequest.parse(text.getBytes(StandardCharsets.US_ASCII)))
          .hasMessage("PEM block type must be CERTIFICATE REQUEST");
    }
  }
}
