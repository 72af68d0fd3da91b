package io.luotsi.app.certificates;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.OwnFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/** The file with which kubectl and every client library find and enter the cluster. */
public final class Kubeconfig {
  private Kubeconfig() {}

  /**
   * @param server URL of the HTTPS API
   */
  public static String text(String server, ClusterCertificates certificates) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: luotsi
      cluster:
        server: %s
        certificate-authority-data: %s
    users:
    - name: kubernetes-admin
      user:
        client-certificate-data: %s
        client-key-data: %s
    contexts:
    - name: luotsi
      context:
        cluster: luotsi
        user: kubernetes-admin
    current-context: luotsi
    """
        .formatted(
            server,
            base64(ClusterCertificates.pem(certificates.authority().certificate())),
            base64(ClusterCertificates.pem(certificates.admin().certificate())),
            base64(Pem.write(certificates.admin())));
  }

  /** Writes it for its owner alone. */
  public static void write(Path file, String server, ClusterCertificates certificates) {
    try {
      OwnFiles.write(file, text(server, certificates).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new PlainFailure("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static String base64(byte[] pem) {
    return Base64.getEncoder().encodeToString(pem);
  }
}
