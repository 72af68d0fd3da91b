package io.luotsi.app.member;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A program that runs in a pod: asks the API who it is, knowing no more than every client inside a
 * cluster does. Says the answer on one line.
 */
final class InClusterClient {
  private static final String FILES = "/var/run/secrets/kubernetes.io/serviceaccount";

  private InClusterClient() {}

  public static void main(String[] arguments) throws Exception {
    Path files = Path.of(System.getenv().getOrDefault("CONTAINER_SANDBOX_MOUNT_POINT", "") + FILES);
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry(
        "cluster",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(Files.readAllBytes(files.resolve("ca.crt")))));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    URI reviews =
        URI.create(
            "https://%s:%s/apis/authentication.k8s.io/v1/selfsubjectreviews"
                .formatted(
                    System.getenv("KUBERNETES_SERVICE_HOST"),
                    System.getenv("KUBERNETES_SERVICE_PORT")));
    try (HttpClient client = HttpClient.newBuilder().sslContext(tls).build()) {
      System.out.println(
          client
              .send(
                  HttpRequest.newBuilder(reviews)
                      .header("Authorization", "Bearer " + Files.readString(files.resolve("token")))
                      .header("Content-Type", "application/json")
                      .POST(BodyPublishers.ofString("{}"))
                      .build(),
                  BodyHandlers.ofString())
              .body()
              .replace("\n", ""));
    }
    System.out.println(Files.readString(files.resolve("namespace")));
  }
}
