package io.luotsi.bench.store;

import io.luotsi.app.PlainFailure;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How members of etcd are run: as a Kubernetes control plane does it, synced, with TLS and client
 * certificates on all ports, compacted to the last five minutes.
 */
final class EtcdServers {
  private static final long QUOTA_BYTES = 8L << 30;

  private record Address(String client, String peer, int clientPort) {}

  private EtcdServers() {}

  /** The etcd on the PATH. */
  static Optional<Path> find() {
    for (String folder :
        Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator)) {
      Path binary = Path.of(folder, "etcd");
      if (!folder.isEmpty() && Files.isExecutable(binary) && !Files.isDirectory(binary)) {
        return Optional.of(binary);
      }
    }
    return Optional.empty();
  }

  /** What it calls itself: {@code etcd 3.4.23}. */
  static String version(Path binary) {
    try {
      Process process =
          new ProcessBuilder(binary.toString(), "--version").redirectErrorStream(true).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(line -> line.startsWith("etcd Version: "))
          .map(line -> "etcd " + line.substring("etcd Version: ".length()))
          .findFirst()
          .orElseThrow(() -> new PlainFailure(binary + " does not say its version"));
    } catch (IOException e) {
      throw new PlainFailure("cannot run " + binary + ": " + e.getMessage(), e);
    }
  }

  /**
   * @param folder which must not be there yet
   */
  static StoreCluster.Blueprint blueprint(
      Path binary, Path folder, int members, ThrowawayCertificate certificate, Ports ports)
      throws IOException {
    Files.createDirectories(folder);
    Map<String, Address> addresses = new LinkedHashMap<>();
    for (int number = 1; number <= members; number++) {
      int port = ports.next();
      addresses.put("m" + number, new Address(url(port), url(ports.next()), port));
    }
    return new StoreCluster.Blueprint(
        Side.ETCD,
        List.copyOf(addresses.keySet()),
        folder,
        name -> command(binary, folder, name, addresses, certificate),
        name -> addresses.get(name).clientPort(),
        name -> new EtcdClient(addresses.get(name).client(), certificate),
        "ETCD_");
  }

  private static String url(int port) {
    return "https://" + Ports.HOST + ":" + port;
  }

  private static List<String> command(
      Path binary,
      Path folder,
      String name,
      Map<String, Address> addresses,
      ThrowawayCertificate certificate) {
    Address own = addresses.get(name);
    List<String> command = new ArrayList<>(List.of(binary.toString(), "--name", name));
    command.addAll(List.of("--data-dir", folder.resolve(name).toString()));
    command.addAll(List.of("--listen-client-urls", own.client()));
    command.addAll(List.of("--advertise-client-urls", own.client()));
    command.addAll(List.of("--listen-peer-urls", own.peer()));
    command.addAll(List.of("--initial-advertise-peer-urls", own.peer()));
    command.addAll(
        List.of(
            "--initial-cluster",
            addresses.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().peer())
                .collect(Collectors.joining(","))));
    for (String prefix : List.of("--", "--peer-")) {
      command.addAll(List.of(prefix + "cert-file", certificate.certificate().toString()));
      command.addAll(List.of(prefix + "key-file", certificate.key().toString()));
      command.addAll(List.of(prefix + "trusted-ca-file", certificate.certificate().toString()));
      command.add(prefix + "client-cert-auth");
    }
    command.addAll(List.of("--quota-backend-bytes", Long.toString(QUOTA_BYTES)));
    command.addAll(
        List.of("--auto-compaction-mode", "periodic", "--auto-compaction-retention", "5m"));
    command.addAll(List.of("--logger", "zap", "--log-outputs", "stderr", "--log-level", "warn"));
    return command;
  }
}
