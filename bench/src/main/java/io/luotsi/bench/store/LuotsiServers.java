package io.luotsi.bench.store;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** How members of Luotsi's store are run: with this JVM's own class path and options. */
public final class LuotsiServers {
  /** What concerns this process alone. */
  private static final List<String> OWN = List.of("-Dluotsi.", "-Xms", "-Xmn");

  /** The options that servers have in place of our own sizes of the heap; split at blanks. */
  private static final String SERVERS = "luotsi.bench.servers";

  private static final Path JAR = Path.of("app", "target", "luotsi", "luotsi.jar");

  private LuotsiServers() {}

  /**
   * @param folder which must not be there yet
   */
  static StoreCluster.Blueprint blueprint(
      Path folder, int members, ThrowawayCertificate certificate, Ports ports) throws IOException {
    Files.createDirectories(folder);
    ThrowawayCertificate own = ThrowawayCertificate.in(folder);
    Files.copy(certificate.store(), own.store(), StandardCopyOption.REPLACE_EXISTING);
    Seats seats = Seats.create(folder, members, ports);
    List<String> java = java();
    return new StoreCluster.Blueprint(
        Side.LUOTSI,
        seats.names(),
        folder,
        name ->
            Stream.concat(
                    java.stream(), Stream.of(LuotsiMember.class.getName(), folder.toString(), name))
                .toList(),
        name -> seats.of(name).arteryPort(),
        name -> new LuotsiClient(seats.of(name).arteryPort(), own),
        "LUOTSI_");
  }

  /** A JVM like this one, without a main class. */
  public static List<String> java() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> OWN.stream().noneMatch(argument::startsWith))
        .forEach(command::add);
    Stream.of(System.getProperty(SERVERS, "").split(" "))
        .filter(option -> !option.isEmpty())
        .forEach(command::add);
    List<String> classPath = classPath();
    command.addAll(cache(classPath.getFirst()));
    command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath)));
    return command;
  }

  /** The product's jar first: the classes in its cache are used only then. */
  private static List<String> classPath() {
    String[] entries = System.getProperty("java.class.path").split(File.pathSeparator);
    return Arrays.stream(entries).sorted(Comparator.comparing(entry -> !isProduct(entry))).toList();
  }

  private static boolean isProduct(String entry) {
    return Path.of(entry).endsWith(JAR);
  }

  /** The options with which {@code ./luotsi} starts the product, if the cache is this JDK's. */
  private static List<String> cache(String jar) throws IOException {
    Path cache = Path.of(jar).resolveSibling("luotsi.aot");
    Path of = Path.of(jar).resolveSibling("luotsi.aot.jdk");
    Path release = Path.of(System.getProperty("java.home"), "release");
    boolean fits =
        isProduct(jar)
            && Files.exists(cache)
            && Files.exists(of)
            && Files.exists(release)
            && Files.mismatch(of, release) == -1;
    return fits
        ? List.of(
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0",
            "-XX:AOTCache=" + cache,
            "-Xlog:aot*=off")
        : List.of();
  }
}
