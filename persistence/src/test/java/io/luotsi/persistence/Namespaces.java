package io.luotsi.persistence;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A network namespace of its own for each member, joined by a bridge in one more, so that nothing
 * else on the host is touched. Packets are lost at their receiver, without a word to anybody.
 */
final class Namespaces implements Site, AutoCloseable {
  private static final String NETWORK = "10.77.0.";
  private static final List<String> TOOLS = List.of("ip", "nft");

  private final String prefix = "luotsi" + ProcessHandle.current().pid() + "-";
  private final List<String> names;

  private Namespaces(List<String> names) {
    this.names = List.copyOf(names);
  }

  /** Whether this process may make some: as root, with {@code ip} and {@code nft}. */
  static boolean arePossible() {
    boolean tools =
        TOOLS.stream()
            .allMatch(
                tool ->
                    Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool))));
    return tools && System.getProperty("user.name").equals("root");
  }

  static Namespaces create(List<String> names) throws IOException {
    Namespaces made = new Namespaces(names);
    try {
      made.connect();
    } catch (IOException e) {
      made.close();
      throw e;
    }
    return made;
  }

  private void connect() throws IOException {
    String hub = prefix + "hub";
    run("ip", "netns", "add", hub);
    run("ip", "-n", hub, "link", "add", "bridge0", "type", "bridge");
    run("ip", "-n", hub, "link", "set", "bridge0", "up");
    for (String name : names) {
      String own = prefix + name;
      String port = "to-" + name;
      run("ip", "netns", "add", own);
      run("ip", "link", "add", "eth0", "netns", own, "type", "veth", "peer", port, "netns", hub);
      run("ip", "-n", hub, "link", "set", port, "master", "bridge0", "up");
      run("ip", "-n", own, "link", "set", "lo", "up");
      run("ip", "-n", own, "address", "add", host(name) + "/24", "dev", "eth0");
      run("ip", "-n", own, "link", "set", "eth0", "up");
      nft(name, "add", "table", "ip", "faults");
      nft(name, "add chain ip faults lost { type filter hook input priority 0 ; }");
    }
  }

  @Override
  public String host(String name) {
    return NETWORK + (names.indexOf(name) + 1);
  }

  @Override
  public List<String> inside(String name) {
    return List.of("ip", "netns", "exec", prefix + name);
  }

  /** Nothing comes to the member, and nothing from it to others. */
  void cutOff(String name) throws IOException {
    deafen(name);
    mute(name);
  }

  /** What it sends is lost; it hears the others. */
  void mute(String name) throws IOException {
    for (String other : names) {
      if (!other.equals(name)) {
        lose(other, name);
      }
    }
  }

  /** What is sent to it is lost; the others hear it. */
  void deafen(String name) throws IOException {
    for (String other : names) {
      if (!other.equals(name)) {
        lose(name, other);
      }
    }
  }

  private void lose(String at, String from) throws IOException {
    nft(at, "add rule ip faults lost ip saddr " + host(from) + " drop");
  }

  void heal() throws IOException {
    for (String name : names) {
      nft(name, "flush chain ip faults lost");
    }
  }

  private void nft(String name, String... words) throws IOException {
    List<String> command = new ArrayList<>(inside(name));
    command.add("nft");
    command.addAll(List.of(words));
    run(command.toArray(String[]::new));
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream output = process.getInputStream()) {
      String said = new String(output.readAllBytes());
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(String.join(" ", command));
    }
  }

  /** The processes in them must have ended. */
  @Override
  public void close() throws IOException {
    for (String name : Stream.concat(names.stream(), Stream.of("hub")).toList()) {
      if (Files.exists(Path.of("/run/netns", prefix + name))) {
        run("ip", "netns", "delete", prefix + name);
      }
    }
  }
}
