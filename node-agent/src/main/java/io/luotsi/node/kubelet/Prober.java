package io.luotsi.node.kubelet;

import io.luotsi.core.session.PodTls;
import io.luotsi.node.kubelet.ProbeSpec.Check;
import io.luotsi.node.runtime.ContainerRuntime;
import io.luotsi.node.runtime.ContainerRuntime.ExecResult;
import io.luotsi.node.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLSocket;

/** Carries out single checks, in upstream's words when they fail. Blocks: for virtual threads. */
final class Prober {
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
      case Check.Http http -> HttpProbe.get(http, host(http.host(), target), timeout);
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
            false, "command \"" + String.join(" ", check.command()) + "\" timed out");
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

  /** As Go's net package words it. */
  static String dial(String host, int port, IOException failure) {
    String prefix = "dial tcp " + host + ":" + port + ": ";
    return switch (failure) {
      case ConnectException refused -> prefix + "connect: connection refused";
      case SocketTimeoutException late -> prefix + "i/o timeout";
      default -> prefix + failure.getMessage();
    };
  }

  /** Over {@code plain}, whoever the other side says it is. */
  static Socket encrypted(Socket plain, String host, int port) throws IOException {
    if (!(PodTls.trustingAll().getSocketFactory().createSocket(plain, host, port, true)
        instanceof SSLSocket secure)) {
      throw new IllegalStateException("not a TLS socket");
    }
    secure.startHandshake();
    return secure;
  }
}
