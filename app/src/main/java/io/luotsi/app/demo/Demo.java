package io.luotsi.app.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.certificates.ClusterCertificates;
import io.luotsi.app.connection.ApiConnection;
import io.luotsi.app.directory.DataDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The guided tour: applies {@code examples/web.yaml}, tells what the API's watches tell, and asks
 * the Service five times. What it prints is what happened; it fails when something did not.
 */
public final class Demo {
  private static final Duration READY_WITHIN = Duration.ofSeconds(120);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final int REQUESTS = 5;
  private static final String NAMESPACE = "default";
  private static final int OK = 200;

  private final DataDirectory directory;
  private final String address;
  private final ApiConnection api;
  private final PrintStream out;

  private Demo(DataDirectory directory, String address, ApiConnection api, PrintStream out) {
    this.directory = directory;
    this.address = address;
    this.api = api;
    this.out = out;
  }

  /**
   * @param address of the API, host and port
   * @throws PlainFailure if the tour cannot be finished
   */
  public static void run(DataDirectory directory, String address, Path examples, PrintStream out) {
    try (ApiConnection api = ApiConnection.open(directory, address)) {
      new Demo(directory, address, api, out).show(examples.resolve("web.yaml"));
    }
  }

  private void show(Path manifest) {
    out.println();
    out.println("Applying " + manifest + ":");
    List<ObjectNode> objects = Manifests.read(manifest);
    try (PodWatch pods = PodWatch.start(api, NAMESPACE, "app=web", out)) {
      for (ObjectNode object : objects) {
        out.println("  " + apply(object));
      }
      pods.awaitReady(replicas(objects), READY_WITHIN);
    }
    ObjectNode service = api.get("/api/v1/namespaces/" + NAMESPACE + "/services/web");
    String url =
        "http://%s:%d/"
            .formatted(
                service.at("/spec/clusterIP").asText(), service.at("/spec/ports/0/port").asInt());
    ask(url);
    suggest(url);
  }

  private String apply(ObjectNode object) {
    String path = Manifests.collectionPath(object, NAMESPACE);
    String name = object.at("/metadata/name").asText();
    String title = object.path("kind").asText().toLowerCase(Locale.ROOT) + "/" + name;
    if (api.find(path + "/" + name).isPresent()) {
      api.mergePatch(path + "/" + name, object);
      return title + " configured";
    }
    api.post(path, object);
    return title + " created";
  }

  private static int replicas(List<ObjectNode> objects) {
    return objects.stream()
        .filter(object -> object.path("kind").asText().equals("Deployment"))
        .mapToInt(object -> object.at("/spec/replicas").asInt(1))
        .sum();
  }

  private void ask(String url) {
    out.println();
    out.println(REQUESTS + " requests to the Service, " + url + ":");
    try {
      for (int request = 1; request <= REQUESTS; request++) {
        out.println("  " + request + "  answered by " + askOnce(url));
      }
    } catch (IOException e) {
      throw new PlainFailure("the Service at " + url + " does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlainFailure("interrupted", e);
    }
  }

  /** Over a connection of its own, as a new client would come. */
  private static String askOnce(String url) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER_WITHIN).GET().build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != OK) {
        throw new PlainFailure("the Service at " + url + " answered HTTP " + answer.statusCode());
      }
      return answer.body().strip();
    }
  }

  private void suggest(String url) {
    out.println();
    out.println("The API listens at https://" + address);
    out.println(directory.exportKubeconfig());
    out.println("Try next:");
    if (onPath("kubectl")) {
      out.println("  kubectl get pods -o wide");
      out.println("  kubectl scale deployment web --replicas=5");
      out.println("  kubectl logs -f deployment/web");
      return;
    }
    String curl =
        "  curl --cacert %s --cert %s --key %s "
            .formatted(
                ClusterCertificates.authorityFile(directory.pki()),
                ClusterCertificates.adminCertificateFile(directory.pki()),
                ClusterCertificates.adminKeyFile(directory.pki()));
    String server = "https://" + address;
    out.println(curl + server + "/api/v1/namespaces/default/pods");
    out.println(
        curl
            + "-X PATCH -H 'Content-Type: application/merge-patch+json' -d"
            + " '{\"spec\":{\"replicas\":5}}' "
            + server
            + "/apis/apps/v1/namespaces/default/deployments/web");
    out.println("  curl " + url);
  }

  private static boolean onPath(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
