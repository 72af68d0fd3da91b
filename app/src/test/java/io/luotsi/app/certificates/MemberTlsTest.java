package io.luotsi.app.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.Role;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemberTlsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NEAR_ITS_END = NOW.plus(Duration.ofDays(340));
  private static final String HOST = "127.0.0.1";
  private static final int PORT = 17_446;

  @TempDir Path pki;

  private MemberCredential open(String name, Instant now) {
    return MemberCredential.open(pki, name, Role.CONTROL_PLANE, now);
  }

  private static X509Certificate own(MemberCredential credential) {
    return credential.own().certificate();
  }

  @Test
  void membersHaveAnAuthorityOfTheirOwnThatTheNextStartKeeps() {
    MemberCredential first = open("node-1", NOW);
    MemberCredential other = open("node-2", NOW);
    assertThat(other.authority()).isEqualTo(first.authority());
    assertThat(open("node-1", NOW.plus(Duration.ofDays(300)))).isEqualTo(first);
    assertThat(own(first).getSubjectX500Principal().getName())
        .isEqualTo("CN=node-1,O=luotsi:control-plane");
    assertThatCode(() -> own(first).verify(first.authority().getPublicKey()))
        .doesNotThrowAnyException();
  }

  @Test
  void whatWasLeftHalfMadeIsMadeAnew() throws Exception {
    MemberCredential first = open("node-1", NOW);
    for (String missing : List.of("member-node-1.crt", "member-node-1.key")) {
      Files.delete(pki.resolve(missing));
      MemberCredential again = open("node-1", NOW);
      assertThat(again.authority()).isEqualTo(first.authority());
      assertThatCode(() -> own(again).verify(first.authority().getPublicKey()))
          .doesNotThrowAnyException();
      assertThat(open("node-1", NOW)).isEqualTo(again);
    }
    Files.delete(pki.resolve("members-ca.crt"));
    MemberCredential anew = open("node-1", NOW);
    assertThat(anew.authority()).isNotEqualTo(first.authority());
    assertThatCode(() -> own(anew).verify(anew.authority().getPublicKey()))
        .doesNotThrowAnyException();
  }

  @Test
  void aMemberThatRunsRenewsItsCertificateForItsNextConnection() throws Exception {
    Instant[] now = {NOW};
    MemberCredential first = open("node-1", NOW);
    MemberKeys keys = new MemberKeys(first, () -> now[0]);
    String before = alias(keys);
    assertThat(keys.getCertificateChain(before)).containsExactly(own(first));
    now[0] = NEAR_ITS_END;
    String after = alias(keys);
    X509Certificate renewed = Optional.ofNullable(keys.getCertificateChain(after)).orElseThrow()[0];
    assertThat(renewed.getNotAfter().toInstant()).isAfter(NEAR_ITS_END.plus(Duration.ofDays(300)));
    assertThatCode(() -> renewed.verify(first.authority().getPublicKey()))
        .doesNotThrowAnyException();
    assertThat(keys.getPrivateKey(before))
        .as("a handshake that had begun")
        .isEqualTo(first.own().key());
    assertThat(open("node-1", NEAR_ITS_END).own().certificate()).isEqualTo(renewed);
  }

  @Test
  void aMemberWhoseAuthorityIsGoneKeepsWhatItHasAndTriesAgain() throws Exception {
    Instant[] now = {NEAR_ITS_END};
    MemberCredential first = open("node-1", NOW);
    byte[] authority = Files.readAllBytes(pki.resolve("members-ca.crt"));
    Files.delete(pki.resolve("members-ca.crt"));
    assertThatThrownBy(() -> first.current(NEAR_ITS_END)).isInstanceOf(PlainFailure.class);
    MemberKeys keys = new MemberKeys(first, () -> now[0]);
    String kept = alias(keys);
    assertThat(keys.getCertificateChain(kept)).containsExactly(own(first));
    Files.write(pki.resolve("members-ca.crt"), authority);
    assertThat(alias(keys)).as("not at every connection").isEqualTo(kept);
    now[0] = NEAR_ITS_END.plus(Duration.ofHours(2));
    assertThat(alias(keys)).isNotEqualTo(kept);
  }

  private static String alias(MemberKeys keys) {
    return Optional.ofNullable(keys.chooseServerAlias("EC", null, null)).orElseThrow();
  }

  @Test
  void rolesDecideWhoSpeaksWhere() throws Exception {
    MemberTls server = TestMembers.tls("node-1");
    for (Role role : Role.values()) {
      MemberTls client =
          TestMembers.tls(TestMembers.credential("other", role), TestMembers.ANYWHERE);
      assertThatCode(() -> handshake(client.arteryClient(HOST, PORT), server.arteryServer()))
          .doesNotThrowAnyException();
      if (role == Role.CONTROL_PLANE) {
        assertThatCode(() -> handshakeOfRaft(client, server)).doesNotThrowAnyException();
        assertThatCode(() -> handshakeOfRaft(server, client)).doesNotThrowAnyException();
      } else {
        assertThatThrownBy(() -> handshakeOfRaft(client, server))
            .hasStackTraceContaining("only [luotsi:control-plane] may speak here");
        assertThatThrownBy(() -> handshakeOfRaft(server, client))
            .hasStackTraceContaining("only [luotsi:control-plane] may speak here");
      }
    }
  }

  private static void handshakeOfRaft(MemberTls client, MemberTls server) throws SSLException {
    SSLEngine from = client.forRaft().context().createSSLEngine(HOST, PORT);
    from.setUseClientMode(true);
    SSLEngine to = server.forRaft().context().createSSLEngine();
    to.setUseClientMode(false);
    to.setNeedClientAuth(true);
    handshake(from, to);
  }

  @Test
  void whoConnectsWantsTheMemberWhoseSeatIsThere() {
    MemberTls server = TestMembers.tls("node-2");
    MemberTls.Seats right = (host, port) -> Optional.of(port == PORT ? "node-2" : "?");
    MemberTls.Seats other = (host, port) -> Optional.of(host.equals(HOST) ? "node-3" : "?");
    assertThatCode(() -> handshake(client(right), server.arteryServer()))
        .doesNotThrowAnyException();
    assertThatCode(() -> handshake(client(TestMembers.ANYWHERE), server.arteryServer()))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> handshake(client(other), server.arteryServer()))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("this is the place of node-3");
  }

  private static SSLEngine client(MemberTls.Seats seats) {
    return TestMembers.tls("node-1", seats).arteryClient(HOST, PORT);
  }

  /** Until both are done, or one refuses. */
  private static void handshake(SSLEngine client, SSLEngine server) throws SSLException {
    ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
    ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
    client.beginHandshake();
    server.beginHandshake();
    for (int step = 0; step < 100 && (isGoing(client) || isGoing(server)); step++) {
      step(client, toClient, toServer);
      step(server, toServer, toClient);
    }
    List<String> protocols = new ArrayList<>();
    protocols.add(client.getSession().getProtocol());
    protocols.add(server.getSession().getProtocol());
    assertThat(protocols).containsOnly("TLSv1.3");
  }

  private static boolean isGoing(SSLEngine engine) {
    return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
  }

  private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    ByteBuffer nothing = ByteBuffer.allocate(1 << 16);
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> engine.getDelegatedTask().run();
      case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> {
        in.flip();
        engine.unwrap(in, nothing);
        in.compact();
      }
    }
  }
}
