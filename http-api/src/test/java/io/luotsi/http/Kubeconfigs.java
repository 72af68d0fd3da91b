package io.luotsi.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Files with which client programs find and enter a {@link TestServer}. */
final class Kubeconfigs {
  private Kubeconfigs() {}

  static String text(TestServer server, TestCertificates.Identity identity) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: test
      cluster: {server: "%s", certificate-authority-data: %s}
    users:
    - name: test
      user: {client-certificate-data: %s, client-key-data: %s}
    contexts:
    - name: test
      context: {cluster: test, user: test}
    current-context: test
    """
        .formatted(
            server.url(),
            base64(TestCertificates.pem(server.certificates().authority())),
            base64(TestCertificates.pem(identity.certificate())),
            base64(TestCertificates.pem(identity.key())));
  }

  private static String base64(String pem) {
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
  }
}
