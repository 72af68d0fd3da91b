package io.luotsi.node.kubelet;

import io.luotsi.node.kubelet.ProbeSpec.Check;
import io.luotsi.node.runtime.ContainerRuntime;
import io.luotsi.node.runtime.ContainerRuntime.ExecResult;
import io.luotsi.node.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Carries out single checks, in upstream's words when they fail. Blocks: for virtual threads. */
final class Prober {
  private static final String USER_AGENT = "kube-probe/1.36";
  private static final int BODY_BYTES = 10 << 10;

  /**
   * @param detail what was wrong, or what the check said
   */
  record Finding(boolean success, String detail) {}

  /** What a check is about. */
  record Target(String containerId, String podAddress) {}

  private final ContainerRuntime runtime;

  Prober(ContainerRuntime runtime) {
    this.runtime = runtime;
  }

  Finding check(Check check, Target target, Duration timeout) {
    return switch (check) {
      case Check.Http http -> http(http, target, timeout);
      case Check.Tcp tcp -> tcp(tcp, target, timeout);
      case Check.Exec exec -> exec(exec, target, timeout);
      case Check.Broken(String why) -> new Finding(false, why);
    };
  }

  private static String host(String given, Target target) {
    return given.isEmpty() ? target.podAddress() : given;
  }

  private Finding exec(Check.Exec check, Target target, Duration timeout) {
    try {
      ExecResult result = runtime.exec(target.containerId(), check.command(), timeout);
      if (result.exitCode().isEmpty()) {
        return new Finding(
            false,
            "command timed out: "
                + String.join(" ", check.command())
                + " timed out after "
                + PodStatus.goDuration(timeout.toSeconds()));
      }
      return new Finding(result.exitCode().get() == 0, result.output());
    } catch (ContainerRuntimeException e) {
      return new Finding(false, e.text());
    }
  }

  private static Finding tcp(Check.Tcp check, Target target, Duration timeout) {
    String host = host(check.host(), target);
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, check.port()), (int) timeout.toMillis());
      return new Finding(true, "");
    } catch (IOException e) {
      return new Finding(false, dial(host, check.port(), e));
    }
  }

  private static String dial(String host, int port, IOException failure) {
    String prefix = "dial tcp " + host + ":" + port + ": ";
    return switch (failure) {
      case ConnectException refused -> prefix + "connect: connection refused";
      case SocketTimeoutException late -> prefix + "i/o timeout";
      default -> prefix + failure.getMessage();
    };
  }

  private static Finding http(Check.Http check, Target target, Duration timeout) {
    String host = host(check.host(), target);
    String path = check.path().startsWith("/") ? check.path() : "/" + check.path();
    String url = check.scheme() + "://" + host + ":" + check.port() + path;
    try {
      HttpURLConnection connection = connect(url, check, (int) timeout.toMillis());
      try {
        int code = connection.getResponseCode();
        String body = body(connection, code);
        return code >= 200 && code < 400
            ? new Finding(true, body)
            : new Finding(false, "HTTP probe failed with statuscode: " + code);
      } finally {
        connection.disconnect();
      }
    } catch (SocketTimeoutException e) {
      return new Finding(
          false,
          "Get \""
              + url
              + "\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
    } catch (IOException e) {
      return new Finding(false, "Get \"" + url + "\": " + dial(host, check.port(), e));
    } catch (IllegalArgumentException e) {
      return new Finding(false, "parse \"" + url + "\": " + e.getMessage());
    }
  }

  private static HttpURLConnection connect(String url, Check.Http check, int timeoutMillis)
      throws IOException {
    if (!(URI.create(url).toURL().openConnection(java.net.Proxy.NO_PROXY)
        instanceof HttpURLConnection connection)) {
      throw new IllegalArgumentException("not HTTP");
    }
    if (connection instanceof HttpsURLConnection secure) {
      secure.setSSLSocketFactory(TrustAll.CONTEXT.getSocketFactory());
      secure.setHostnameVerifier((name, session) -> true);
    }
    connection.setConnectTimeout(timeoutMillis);
    connection.setReadTimeout(timeoutMillis);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestProperty("User-Agent", USER_AGENT);
    connection.setRequestProperty("Accept", "*/*");
    connection.setRequestProperty("Connection", "close");
    check.headers().forEach(h -> connection.setRequestProperty(h.name(), h.value()));
    return connection;
  }

  private static String body(HttpURLConnection connection, int code) throws IOException {
    try (InputStream in = code >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
      return in == null
          ? ""
          : new String(in.readNBytes(BODY_BYTES), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  /** A probe asks whether the program answers, not who it is: as upstream. */
  private static final class TrustAll implements X509TrustManager {
    static final SSLContext CONTEXT = context();

    private static SSLContext context() {
      try {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, null);
        return context;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

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
