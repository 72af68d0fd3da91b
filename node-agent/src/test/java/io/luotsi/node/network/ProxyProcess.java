package io.luotsi.node.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Another JVM of the host that serves the same Service: listens on an address and leads to one
 * backend, until it is killed.
 */
final class ProxyProcess {
  private ProxyProcess() {}

  /**
   * @param arguments address and port of the Service, address and port of the backend
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    VirtualAddress address =
        new VirtualAddress(arguments[0], Integer.parseInt(arguments[1]), "TCP");
    Backend backend = new Backend(arguments[2], Integer.parseInt(arguments[3]));
    try (TcpProxy proxy = new TcpProxy(1, 1_000)) {
      proxy.listen(
          address, new Balancer(new ProxyRule(address, "", Optional.empty(), List.of(backend)), 1));
      System.out.println("listens");
      new CountDownLatch(1).await();
    }
  }

  static Process start(VirtualAddress address, Backend backend) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            ProxyProcess.class.getName(),
            address.ip(),
            Integer.toString(address.port()),
            backend.ip(),
            Integer.toString(backend.port()))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
