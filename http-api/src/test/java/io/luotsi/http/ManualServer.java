package io.luotsi.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** A server in memory to try clients on by hand: {@code ManualServer PORT KUBECONFIG}. */
final class ManualServer {
  private ManualServer() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    try (TestServer server = TestServer.start(Integer.parseInt(args[0]))) {
      TestCertificates.Identity admin = server.certificates().identity("O=system:masters,CN=admin");
      Files.writeString(
          Path.of(args[1]),
          """
          apiVersion: v1
          kind: Config
          current-context: test
          contexts: [{name: test, context: {cluster: test, user: admin, namespace: default}}]
          clusters:
          - name: test
            cluster: {server: "%s", certificate-authority-data: %s}
          users:
          - name: admin
            user: {client-certificate-data: %s, client-key-data: %s}
          """
              .formatted(
                  server.url(),
                  base64(TestCertificates.pem(server.certificates().authority())),
                  base64(TestCertificates.pem(admin.certificate())),
                  base64(TestCertificates.pem(admin.key()))));
      System.out.println("serving on " + server.url());
      Thread.currentThread().join();
    }
  }

  private static String base64(String pem) {
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
  }
}
