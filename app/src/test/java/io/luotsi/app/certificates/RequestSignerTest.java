package io.luotsi.app.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.core.certificate.CertificateRequest;
import io.luotsi.core.certificate.CertificateRequest.AlternativeName;
import io.luotsi.core.certificate.CertificateRequest.Attribute;
import io.luotsi.core.certificate.CertificateRequest.NameType;
import io.luotsi.core.certificate.IssuedCertificate;
import io.luotsi.http.auth.ClientCertificates;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is in the certificates that are made for others. */
class RequestSignerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String ORGANIZATION = "2.5.4.10";
  private static final long YEAR = Duration.ofDays(365).toSeconds();

  private Credential authority;
  private PublicKey key;

  @BeforeEach
  void keys() throws GeneralSecurityException {
    authority = CertificateAuthority.create("ca", NOW);
    key = KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic();
  }

  private X509Certificate signed(
      List<Attribute> subject,
      List<AlternativeName> names,
      long life,
      Instant now,
      String... usages)
      throws GeneralSecurityException {
    String pem =
        new RequestSigner(authority)
            .sign(new CertificateRequest(subject, names, key), List.of(usages), life, now);
    X509Certificate certificate = Pem.readCertificate(pem.getBytes(StandardCharsets.US_ASCII));
    certificate.verify(authority.certificate().getPublicKey());
    assertThat(certificate.getPublicKey()).isEqualTo(key);
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    return certificate;
  }

  @Test
  void theCertificateNamesWhoTheRequestNamed() throws GeneralSecurityException {
    UserInfo user =
        ClientCertificates.user(
            signed(
                List.of(
                    new Attribute(COMMON_NAME, "first"),
                    new Attribute(ORGANIZATION, "dev"),
                    new Attribute("1.2.3.4", "something else"),
                    new Attribute(ORGANIZATION, "ops, and more"),
                    new Attribute(COMMON_NAME, "jäne")),
                List.of(),
                YEAR,
                NOW,
                "client auth"));

    assertThat(user.name()).isEqualTo("jäne");
    assertThat(user.groups()).containsExactly("dev", "ops, and more", UserInfo.AUTHENTICATED);
  }

  /** As upstream; whoever shows it is nobody. */
  @Test
  void aRequestThatNamesNobodyIsSignedAllTheSame() {
    String pem =
        new RequestSigner(authority)
            .sign(
                new CertificateRequest(List.of(), List.of(), key),
                List.of("client auth"),
                YEAR,
                NOW);

    String base64 = pem.replaceAll("-----[A-Z ]+-----", "");
    assertThat(IssuedCertificate.parse(Base64.getMimeDecoder().decode(base64)).notAfter())
        .isEqualTo(NOW.minus(CertificateAuthority.BACKDATED).plusSeconds(YEAR));
  }

  /** Whoever looked at the request saw these characters, and not what they might encode. */
  @Test
  void aNameThatLooksEncodedIsTakenAsItStands() throws GeneralSecurityException {
    String encoded = "#0c0e73797374656d3a6d617374657273"; // system:masters
    UserInfo user =
        ClientCertificates.user(
            signed(
                List.of(
                    new Attribute(ORGANIZATION, encoded),
                    new Attribute(COMMON_NAME, "eve+O=system:masters")),
                List.of(),
                YEAR,
                NOW,
                "client auth"));

    assertThat(user.name()).isEqualTo("eve+O=system:masters");
    assertThat(user.groups()).containsExactly(encoded, UserInfo.AUTHENTICATED);
  }

  @Test
  void usagesAndAlternativeNamesAreThoseAskedFor() throws GeneralSecurityException {
    X509Certificate certificate =
        signed(
            List.of(new Attribute(COMMON_NAME, "system:node:n1")),
            List.of(
                new AlternativeName(NameType.DNS, "n1"),
                new AlternativeName(NameType.ADDRESS, "fe80:0:0:0:0:0:0:1")),
            YEAR,
            NOW,
            "digital signature",
            "key encipherment",
            "server auth");

    boolean[] expected = new boolean[9];
    expected[0] = true; // digital signature
    expected[2] = true; // key encipherment
    assertThat(certificate.getKeyUsage()).isEqualTo(expected);
    assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(
            certificate.getSubjectAlternativeNames().stream()
                .map(name -> String.valueOf(name.get(1))))
        .containsExactly("n1", "fe80:0:0:0:0:0:0:1");
  }

  private Instant end(long life, Instant now) throws GeneralSecurityException {
    return signed(List.of(new Attribute(COMMON_NAME, "x")), List.of(), life, now, "any")
        .getNotAfter()
        .toInstant();
  }

  @Test
  void itEndsWhenItWasAskedToAndNotAfterItsAuthority() throws GeneralSecurityException {
    assertThat(end(600, NOW)).isEqualTo(NOW.plusSeconds(600));
    assertThat(end(YEAR, NOW)).isEqualTo(NOW.plusSeconds(YEAR).minus(Duration.ofMinutes(5)));
    Instant last = authority.certificate().getNotAfter().toInstant();
    assertThat(end(YEAR, last.minusSeconds(60))).isEqualTo(last);
    assertThatThrownBy(() -> end(YEAR, last))
        .hasMessage("refusing to sign a certificate that expired in the past");
  }
}
