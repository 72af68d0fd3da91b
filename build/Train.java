import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes the JDK's AOT cache for {@code ./luotsi}: runs a cluster in a temporary folder just as a
 * user would, with the demo's objects and some seconds of typical requests, and lets its JVM write
 * down which classes it needed and which methods were hot.
 *
 * <p>Nothing depends on the cache but speed and memory, so what goes wrong here is said in one line
 * and fails no build. A cache that fits jar, launcher and JDK stays.
 *
 * <p>Arguments: the project's folder, and {@code make} or {@code skip}.
 */
final class Train {
  private static final Duration START_WITHIN = Duration.ofSeconds(60);
  private static final Duration END_WITHIN = Duration.ofSeconds(150);
  private static final Duration REQUESTS_FOR = Duration.ofSeconds(6);
  private static final int CLIENTS = 8;
  private static final Pattern ADDRESS = Pattern.compile("Luotsi listens at (https://\\S+)");
  private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

  private static final String PODS = "/api/v1/namespaces/default/pods";

  /** One that no scheduler looks at, so that it is nothing but an object. */
  private static final String POD =
      """
      {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","labels":{"app":"training","tier":"web"},
       "annotations":{"prometheus.io/scrape":"true"}},
       "spec":{"schedulerName":"nobody","containers":[{"name":"web","image":"registry.example.com/web:1.27",
        "ports":[{"name":"http","containerPort":8080}],
        "env":[{"name":"LEVEL","value":"info"},
         {"name":"POD_IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}],
        "resources":{"requests":{"cpu":"100m","memory":"128Mi"},"limits":{"memory":"256Mi"}},
        "readinessProbe":{"httpGet":{"path":"/ready","port":"http"},"periodSeconds":5},
        "volumeMounts":[{"name":"config","mountPath":"/etc/web"}]}],
        "volumes":[{"name":"config","configMap":{"name":"web"}}],
        "tolerations":[{"key":"dedicated","operator":"Equal","value":"web","effect":"NoSchedule"}]}}""";

  /** What PKCS #8 puts before an EC key of curve P-256: version and algorithm. */
  private static final String P256 = "020100301306072a8648ce3d020106082a8648ce3d030107";

  private static final String TABLE =
      "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
  private static final String DISCOVERY =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

  /** What a person with kubectl asks for, with the Accept header that goes with it. */
  private static final List<List<String>> QUESTIONS =
      List.of(
          List.of("/api", DISCOVERY),
          List.of("/apis", DISCOVERY),
          List.of("/version", "application/json"),
          List.of("/openapi/v3", "application/json"),
          List.of("/readyz", "*/*"),
          List.of("/api/v1/namespaces", "application/json"),
          List.of("/api/v1/nodes", TABLE),
          List.of("/api/v1/namespaces/default/pods", TABLE),
          List.of("/api/v1/pods?labelSelector=app%3Dweb", "application/json"),
          List.of("/apis/apps/v1/namespaces/default/deployments", TABLE),
          List.of("/apis/apps/v1/deployments/", "application/json"),
          List.of("/api/v1/namespaces/default/services", TABLE),
          List.of("/api/v1/namespaces/default/events?limit=50", TABLE),
          List.of("/api/v1/pods?watch=1&timeoutSeconds=1&resourceVersion=0", "application/json"));

  private final Path home;
  private final Path folder;
  private final Path cache;
  private final Path log;

  private Train(Path home) {
    this.home = home;
    this.folder = home.resolve("app/target/luotsi");
    this.cache = folder.resolve("luotsi.aot");
    this.log = home.resolve("app/target/luotsi-aot.log");
  }

  public static void main(String[] arguments) throws InterruptedException {
    if (arguments[1].equals("skip")) {
      return;
    }
    Train train = new Train(Path.of(arguments[0]).toAbsolutePath().normalize());
    Instant begin = Instant.now();
    try {
      if (train.make()) {
        System.out.printf(
            "made the AOT cache in %d s%n", Duration.between(begin, Instant.now()).toSeconds());
      }
    } catch (IOException | ExecutionException | GeneralSecurityException | IllegalStateException e) {
      System.out.printf(
          "made no AOT cache, so starts will take longer: %s (see %s)%n",
          e.getMessage(), train.log);
    }
  }

  /** Whether there was something to make. */
  private boolean make()
      throws IOException, InterruptedException, ExecutionException, GeneralSecurityException {
    String made =
        Files.readString(folder.resolve("luotsi.jar.sha256")) + Files.readString(home.resolve("luotsi"));
    Path mark = folder.resolve("luotsi.aot.of");
    if (Files.exists(cache) && Files.exists(mark) && Files.readString(mark).equals(made)) {
      return false;
    }
    Path madeBy = folder.resolve("luotsi.aot.jdk");
    for (Path old : List.of(mark, cache, madeBy)) {
      Files.deleteIfExists(old);
    }
    Path fresh = folder.resolve("luotsi.aot.new");
    Path data = Files.createTempDirectory("luotsi-train");
    try {
      Path jdk = run(data, fresh);
      Files.copy(jdk.resolve("release"), madeBy);
      Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
      Files.writeString(mark, made);
      return true;
    } finally {
      Files.deleteIfExists(fresh);
      delete(data);
    }
  }

  /** The JDK that made it. */
  private Path run(Path data, Path fresh)
      throws IOException, InterruptedException, ExecutionException, GeneralSecurityException {
    ProcessBuilder builder =
        new ProcessBuilder(
            home.resolve("luotsi").toString(),
            "up", "--demo", "--data", data.toString(), "--port", "0");
    // A name without a path: the options are split at blanks.
    builder.environment().put("LUOTSI_JAVA_OPTIONS", "-XX:AOTCacheOutput=" + fresh.getFileName());
    builder.directory(folder.toFile());
    Process cluster =
        builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      String address = awaitDemo(cluster);
      Path jdk = Path.of(cluster.info().command().orElseThrow()).getParent().getParent();
      ask(address, data.resolve("pki"));
      interrupt(cluster);
      if (!cluster.waitFor(END_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the training did not end");
      }
      if (!Files.exists(fresh)) {
        throw new IllegalStateException("the JVM wrote none");
      }
      return jdk;
    } finally {
      end(cluster);
    }
  }

  /** Until the demo is through; the address of the API. */
  private String awaitDemo(Process cluster) throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(START_WITHIN);
    while (Instant.now().isBefore(deadline)) {
      String said = Files.readString(log);
      Matcher address = ADDRESS.matcher(said);
      if (said.contains("Try next:") && address.find()) {
        return address.group(1);
      }
      if (cluster.waitFor(100, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("the cluster ended by itself");
      }
    }
    throw new IllegalStateException("the demo did not finish in time");
  }

  /** Both protocols, several clients at once: what is hot here is compiled first later. */
  private static void ask(String address, Path pki)
      throws IOException, InterruptedException, ExecutionException, GeneralSecurityException {
    SSLContext tls = tls(pki);
    Instant until = Instant.now().plus(REQUESTS_FOR);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done =
          Stream.iterate(0, number -> number + 1)
              .limit(CLIENTS)
              .<Future<?>>map(
                  number ->
                      clients.submit(
                          () -> {
                            converse(address, tls, number, until);
                            return number;
                          }))
              .toList();
      for (Future<?> one : done) {
        one.get();
      }
    }
  }

  private static void converse(String address, SSLContext tls, int number, Instant until)
      throws IOException, InterruptedException {
    HttpClient.Version version =
        number % 2 == 0 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
    try (HttpClient client = HttpClient.newBuilder().sslContext(tls).version(version).build()) {
      for (int round = 0; Instant.now().isBefore(until); round++) {
        List<String> question = QUESTIONS.get(round % QUESTIONS.size());
        send(client, address + question.get(0), "GET", "Accept", question.get(1), "");
        String name = "training-" + number + "-" + round;
        String all = address + CONFIG_MAPS;
        String object =
            """
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s"},"data":{"key":"%s"}}"""
                .formatted(name, "x".repeat(500));
        send(client, all, "POST", "Content-Type", "application/json", object);
        send(client, all + "/" + name, "GET", "Accept", "application/json", "");
        send(
            client,
            all + "/" + name,
            "PATCH",
            "Content-Type",
            round % 2 == 0
                ? "application/merge-patch+json"
                : "application/strategic-merge-patch+json",
            "{\"data\":{\"other\":\"value\"}}");
        send(client, all + "/" + name, "DELETE", "Accept", "application/json", "");
        String pod = address + PODS + "/" + name;
        send(client, address + PODS, "POST", "Content-Type", "application/json", POD.formatted(name));
        send(client, pod, "GET", "Accept", "application/json", "");
        send(client, pod + "?gracePeriodSeconds=0", "DELETE", "Accept", "application/json", "");
      }
    }
  }

  private static void send(
      HttpClient client, String uri, String method, String header, String value, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri))
            .timeout(Duration.ofSeconds(10))
            .header(header, value)
            .method(
                method,
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    int status = client.send(request, BodyHandlers.ofByteArray()).statusCode();
    if (status >= 300) {
      throw new IllegalStateException(method + " " + uri + " was answered with " + status);
    }
  }

  private static SSLContext tls(Path pki) throws IOException, GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    char[] none = new char[0];
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, none);
    own.setKeyEntry("own", key(pki.resolve("admin.key")), none, certificates(factory, pki, "admin"));
    own.setCertificateEntry("authority", certificates(factory, pki, "ca")[0]);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, none);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(own);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static Certificate[] certificates(CertificateFactory factory, Path pki, String name)
      throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(pki.resolve(name + ".crt"))) {
      return new Certificate[] {factory.generateCertificate(in)};
    }
  }

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    String text = Files.readString(file).replaceAll("-----[^-]*-----", "");
    byte[] key = Base64.getMimeDecoder().decode(text);
    byte[] content = concat(HexFormat.of().parseHex(P256), concat(header(4, key.length), key));
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(concat(header(0x30, content.length), content)));
  }

  /** Tag and length of a DER value of less than 256 bytes. */
  private static byte[] header(int tag, int length) {
    return length < 128
        ? new byte[] {(byte) tag, (byte) length}
        : new byte[] {(byte) tag, (byte) 0x81, (byte) length};
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** As by Ctrl-C, which ends the pods, too. */
  private static void interrupt(Process process) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
  }

  private static void end(Process process) throws IOException, InterruptedException {
    if (process.isAlive()) {
      interrupt(process);
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
