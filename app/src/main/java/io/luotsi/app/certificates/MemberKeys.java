package io.luotsi.app.certificates;

import io.luotsi.app.PlainFailure;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows this member's certificate, on either side of a connection. One that nears its end is
 * renewed when the next connection is made; those that there are need it no more.
 */
final class MemberKeys extends X509ExtendedKeyManager {
  private static final Logger LOG = LoggerFactory.getLogger(MemberKeys.class);
  private static final String KEY_TYPE = "EC";
  private static final Duration AGAIN_AFTER = Duration.ofHours(1);

  private final InstantSource clock;
  private MemberCredential shown;
  private Instant looksAgain = Instant.MIN;

  /** By the word under which a handshake asks for key and certificate; one a year is added. */
  private final Map<String, Credential> byAlias = new ConcurrentHashMap<>();

  MemberKeys(MemberCredential credential, InstantSource clock) {
    this.shown = credential;
    this.clock = clock;
  }

  private synchronized String alias() {
    Instant now = clock.instant();
    if (!now.isBefore(looksAgain)) {
      renew(now);
    }
    String alias = shown.own().certificate().getSerialNumber().toString();
    byAlias.put(alias, shown.own());
    return alias;
  }

  private void renew(Instant now) {
    try {
      shown = shown.current(now);
    } catch (PlainFailure e) {
      looksAgain = now.plus(AGAIN_AFTER);
      LOG.warn(
          "the certificate with which this member speaks to the others ends at {} and was not"
              + " renewed: {}",
          shown.own().certificate().getNotAfter().toInstant(),
          e.getMessage());
    }
  }

  private @Nullable String aliasFor(String... keyTypes) {
    return Arrays.asList(keyTypes).contains(KEY_TYPE) ? alias() : null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    return aliasFor(keyTypes);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return aliasFor(keyType);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return aliasFor(keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return aliasFor(keyType);
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return aliases(keyType);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return aliases(keyType);
  }

  private String @Nullable [] aliases(String keyType) {
    String alias = aliasFor(keyType);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    Credential found = byAlias.get(alias);
    return found == null ? null : new X509Certificate[] {found.certificate()};
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    Credential found = byAlias.get(alias);
    return found == null ? null : found.key();
  }
}
