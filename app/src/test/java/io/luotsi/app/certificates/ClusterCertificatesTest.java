package io.luotsi.app.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.luotsi.app.certificates.ClusterCertificates.ServerNames;
import io.luotsi.app.directory.Role;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.token.AccountClaims;
import io.luotsi.core.token.AccountTokens;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterCertificatesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final ServerNames NAMES =
      new ServerNames(
          List.of("localhost", "kubernetes.default.svc"),
          List.of("127.0.0.1", "::1", "127.17.0.1"));

  private static final AccountClaims CLAIMS =
      AccountClaims.kept(ObjectKey.of("ns", "robot"), "u-1", "s");

  @TempDir Path temporary;

  private ClusterCertificates open(ServerNames names, Instant now) {
    return ClusterCertificates.open(
        temporary.resolve("pki"), "node-1", Role.CONTROL_PLANE, names, now);
  }

  @Test
  void oneAuthoritySignsAllOthers() {
    ClusterCertificates made = open(NAMES, NOW);
    for (Credential credential : List.of(made.serving(), made.admin(), made.node())) {
      assertThatCode(
              () -> credential.certificate().verify(made.authority().certificate().getPublicKey()))
          .doesNotThrowAnyException();
      assertThat(credential.certificate().getBasicConstraints()).isEqualTo(-1);
    }
    assertThat(made.authority().certificate().getBasicConstraints()).isNotNegative();
  }

  @Test
  void subjectsSayUserAndGroupAsTheAuthenticatorReadsThem() {
    ClusterCertificates made = open(NAMES, NOW);
    assertThat(subject(made.admin())).isEqualTo("CN=kubernetes-admin,O=system:masters");
    assertThat(subject(made.node())).isEqualTo("CN=system:node:node-1,O=system:nodes");
  }

  private static String subject(Credential credential) {
    return credential.certificate().getSubjectX500Principal().getName();
  }

  @Test
  void theServerAnswersAtAllItsNames() throws Exception {
    X509Certificate serving = open(NAMES, NOW).serving().certificate();
    assertThat(serving.getSubjectAlternativeNames().stream().map(name -> name.get(1)))
        .isEqualTo(
            List.of(
                "localhost",
                "kubernetes.default.svc",
                "127.0.0.1",
                "0:0:0:0:0:0:0:1",
                "127.17.0.1"));
    assertThat(serving.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
  }

  @Test
  void theKeyOfAccountsIsMadeOnceAndKept() throws Exception {
    String token = new AccountTokens(open(NAMES, NOW).accounts()).write(CLAIMS);
    AccountTokens later =
        new AccountTokens(open(NAMES, NOW.plus(Duration.ofDays(4_000))).accounts());
    assertThat(later.read(token)).contains(CLAIMS);
    assertThat(Files.getPosixFilePermissions(temporary.resolve("pki/sa.key")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    try (PEMParser parser =
        new PEMParser(Files.newBufferedReader(temporary.resolve("pki/sa.key")))) {
      KeyPair pair = new JcaPEMKeyConverter().getKeyPair((PEMKeyPair) parser.readObject());
      assertThat(pair.getPublic()).isEqualTo(open(NAMES, NOW).accounts().open());
    }
    Files.delete(temporary.resolve("pki/sa.pub"));
    assertThat(new AccountTokens(open(NAMES, NOW).accounts()).read(token)).isEmpty();
  }

  @Test
  void theNextStartUsesTheSame() {
    ClusterCertificates first = open(NAMES, NOW);
    assertThat(open(NAMES, NOW.plus(Duration.ofDays(300)))).isEqualTo(first);
  }

  @Test
  void whatIsAboutToExpireIsRenewedByTheSameAuthority() {
    ClusterCertificates first = open(NAMES, NOW);
    ClusterCertificates later = open(NAMES, NOW.plus(Duration.ofDays(340)));
    assertThat(later.authority()).isEqualTo(first.authority());
    assertThat(later.admin()).isNotEqualTo(first.admin());
    assertThat(later.serving().certificate().getNotAfter().toInstant())
        .isAfter(NOW.plus(Duration.ofDays(700)));
  }

  @Test
  void aNewAuthoritySignsAllAnew() {
    ClusterCertificates first = open(NAMES, NOW);
    ClusterCertificates later = open(NAMES, NOW.plus(Duration.ofDays(3_640)));
    assertThat(later.authority()).isNotEqualTo(first.authority());
    assertThatCode(
            () -> later.node().certificate().verify(later.authority().certificate().getPublicKey()))
        .doesNotThrowAnyException();
  }

  @Test
  void aFurtherNameRenewsTheServersCertificateOnly() {
    ClusterCertificates first = open(NAMES, NOW);
    ClusterCertificates wider =
        open(new ServerNames(NAMES.dnsNames(), List.of("127.0.0.1", "10.1.2.3")), NOW);
    assertThat(wider.serving()).isNotEqualTo(first.serving());
    assertThat(wider.admin()).isEqualTo(first.admin());
  }

  @Test
  void nobodyElseCanReadTheKeys() throws IOException {
    open(NAMES, NOW);
    try (Stream<Path> files = Files.list(temporary.resolve("pki"))) {
      for (Path file : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void aKeyIsReadAsItWasWritten() throws Exception {
    for (int i = 0; i < 300; i++) { // long enough for keys with leading zeros
      Credential made = CertificateAuthority.create("any", NOW);
      assertThat(Pem.readKey(Pem.write(made))).isEqualTo(made.key());
    }
  }

  @Test
  void otherImplementationsReadTheKeys() throws Exception {
    Credential admin = open(NAMES, NOW).admin();
    try (PEMParser parser =
        new PEMParser(new StringReader(new String(Pem.write(admin), StandardCharsets.US_ASCII)))) {
      KeyPair read = new JcaPEMKeyConverter().getKeyPair((PEMKeyPair) parser.readObject());
      assertThat(((ECPrivateKey) read.getPrivate()).getS())
          .isEqualTo(((ECPrivateKey) admin.key()).getS());
      assertThat(read.getPublic()).isEqualTo(admin.certificate().getPublicKey());
    }
  }

  @Test
  void theKubeconfigNamesTheServerAndIsPrivate() throws IOException {
    Path file = temporary.resolve("kubeconfig");
    Kubeconfig.write(file, "https://127.0.0.1:17443", open(NAMES, NOW));
    assertThat(file).content().contains("server: https://127.0.0.1:17443").startsWith("apiVersion");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }
}
