package io.luotsi.core.session;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * TLS to a program in a pod, whoever it says it is. Probes and the API's proxy ask whether it
 * answers, and it has whatever certificate it likes: as upstream.
 */
public final class PodTls {
  private static final SSLContext CONTEXT = context();

  private PodTls() {}

  /** A client's, that trusts every server and shows no certificate. */
  public static SSLContext trustingAll() {
    return CONTEXT;
  }

  private static SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustAll()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class TrustAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
