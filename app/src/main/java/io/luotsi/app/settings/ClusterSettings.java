package io.luotsi.app.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.luotsi.app.directory.Reasons;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.controller.ControllerSelection;
import io.luotsi.http.audit.AuditLog;
import io.luotsi.http.audit.AuditPolicy;
import io.luotsi.http.flowcontrol.FlowControl;
import io.luotsi.persistence.ReplicatedStore;
import io.luotsi.persistence.raft.Groups;
import io.luotsi.persistence.raft.MemberSettings;
import io.luotsi.persistence.raft.SnapshotPolicy;
import io.luotsi.persistence.registry.WindowLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.stream.Collectors;

/**
 * All that {@code cluster.conf} says, checked.
 *
 * @param tuning of Raft's groups, windows and snapshots
 * @param shutdownGrace what containers get to end when the cluster ends
 * @param logLevel of Luotsi's own log records
 */
public record ClusterSettings(
    Api api,
    Audit audit,
    ReplicatedStore.Settings store,
    MemberSettings.Tuning tuning,
    Controllers controllers,
    Duration shutdownGrace,
    Level logLevel) {
  /** How long upstream leaves pods on a node that is lost. */
  public static final Duration UPSTREAM_EVICTION = Duration.ofSeconds(300);

  private static final int MAX_PORT = 32_700;
  private static final int PERCENT = 100;

  /**
   * @param port and {@code bind}: where the HTTPS API listens; the command line may say otherwise
   * @param disabledAdmission names of admission plugins that are not asked
   * @param flows how many requests are answered at once
   */
  public record Api(
      int port,
      String bind,
      int maxConnections,
      Set<String> disabledAdmission,
      FlowControl.Limits flows) {
    public Api {
      disabledAdmission = Set.copyOf(disabledAdmission);
    }
  }

  /**
   * @param policyFile empty if there is no audit log
   * @param logPath where it is; empty for a file among the member's own
   */
  public record Audit(
      Optional<Path> policyFile, Optional<Path> logPath, AuditLog.Rotation rotation) {
    /** With what the command line says instead, as far as it says anything. */
    public Audit with(Optional<Path> otherPolicy, Optional<Path> otherLog) {
      return new Audit(otherPolicy.or(() -> policyFile), otherLog.or(() -> logPath), rotation);
    }

    /**
     * Where a member writes, if that is said. Two of one host would rotate a file that they shared
     * under each other, so each has a name of its own: {@code audit-node-1.log}.
     *
     * @param several whether the control plane has other members, too
     */
    public Optional<Path> log(String member, boolean several) {
      return logPath.map(path -> several ? path.resolveSibling(own(path, member)) : path);
    }

    private static String own(Path path, String member) {
      String file = String.valueOf(path.getFileName());
      int end = file.lastIndexOf('.') > 0 ? file.lastIndexOf('.') : file.length();
      return file.substring(0, end) + "-" + member + file.substring(end);
    }

    /**
     * Looks whether there is anything wrong with the files, and makes none.
     *
     * @throws IllegalArgumentException in one line, if they cannot be used
     */
    public void check() {
      if (logPath.isPresent() && policy().isEmpty()) {
        throw new IllegalArgumentException(
            "cannot use the audit log " + logPath.get() + ": no policy says what to write there");
      }
      policy();
      logPath.ifPresent(Audit::checkLog);
    }

    private static void checkLog(Path file) {
      Path folder = file.toAbsolutePath().getParent();
      if (Files.isDirectory(file)) {
        throw new IllegalArgumentException(
            "cannot write the audit log " + file + ": it is a folder");
      }
      if (folder == null || !Files.isDirectory(folder)) {
        throw new IllegalArgumentException(
            "cannot write the audit log " + file + ": there is no folder " + folder);
      }
      // A log that has grown is renamed, so that the folder is written, too.
      if (!Files.isWritable(folder) || (Files.exists(file) && !Files.isWritable(file))) {
        throw new IllegalArgumentException(
            "cannot write the audit log " + file + ": permission denied");
      }
    }

    /**
     * Reads the policy.
     *
     * @throws IllegalArgumentException in one line, if it cannot be read or is none
     */
    public Optional<AuditPolicy> policy() {
      return policyFile.map(Audit::read);
    }

    private static AuditPolicy read(Path file) {
      try {
        return AuditPolicy.read(Files.readAllBytes(file));
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "cannot read the audit policy " + file + ": " + Reasons.of(e), e);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "cannot use the audit policy "
                + file
                + ": "
                + String.valueOf(e.getMessage()).lines().collect(Collectors.joining(" ")),
            e);
      }
    }
  }

  /**
   * @param nodeMonitorGrace how long a node may be silent
   * @param evictionAfter how long pods stay bound to a lost node by default
   * @param selection which run; the command line may say otherwise
   */
  public record Controllers(
      int reconcilesAtOnce,
      Duration nodeMonitorGrace,
      Duration evictionAfter,
      ControllerSelection selection) {}

  static ClusterSettings of(Config config) {
    return new ClusterSettings(
        new Api(
            number(config, "api.port", 0, MAX_PORT),
            config.getString("api.bind"),
            number(config, "api.max-connections", 1, Integer.MAX_VALUE),
            Set.copyOf(config.getStringList("api.disable-admission-plugins")),
            new FlowControl.Limits(
                number(config, "api.flow-control.seats", 1, 1_000_000),
                duration(config, "api.flow-control.wait"))),
        new Audit(
            file(config, "audit.policy-file"),
            file(config, "audit.log-path"),
            new AuditLog.Rotation(
                config.getBytes("audit.max-size"), number(config, "audit.max-backups", 0, 1_000))),
        new ReplicatedStore.Settings(
            duration(config, "store.write-timeout"),
            duration(config, "store.read-timeout"),
            ReplicatedStore.Settings.STANDARD.versionTimeout()),
        tuning(config),
        new Controllers(
            number(config, "controllers.reconciles-at-once", 1, 1_000),
            duration(config, "node.monitor-grace"),
            duration(config, "node.eviction-after"),
            selection(config)),
        duration(config, "node.shutdown-grace"),
        level(config, "log.level"));
  }

  private static MemberSettings.Tuning tuning(Config config) {
    int heapPercent = number(config, "store.watch-window.heap-percent", 1, PERCENT / 2);
    WindowLimits window =
        new WindowLimits(
            duration(config, "store.watch-window.age"),
            number(config, "store.watch-window.changes", 1, Integer.MAX_VALUE),
            Runtime.getRuntime().maxMemory() / PERCENT * heapPercent);
    SnapshotPolicy snapshots =
        new SnapshotPolicy(
            number(config, "store.snapshot.entries", 1, Integer.MAX_VALUE),
            config.getBytes("store.snapshot.size"));
    return new MemberSettings.Tuning(groups(config), window, snapshots);
  }

  private static Optional<Path> file(Config config, String path) {
    String file = config.getString(path);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    if (!Path.of(file).isAbsolute()) {
      throw wrong(config, path, "'" + file + "' must be an absolute path");
    }
    return Optional.of(Path.of(file));
  }

  private static Groups groups(Config config) {
    int count = number(config, "store.groups.count", 1, Groups.MOST);
    Map<GroupResource, Integer> assigned = new TreeMap<>();
    for (String entry : config.getStringList("store.groups.assigned")) {
      String[] words = entry.split("=");
      String group = words[words.length - 1].strip();
      if (words.length != 2 || !group.matches("\\d{1,3}") || Integer.parseInt(group) >= count) {
        throw wrong(
            config,
            "store.groups.assigned",
            "'"
                + entry
                + "' is not a resource and one of "
                + count
                + " groups, as in 'events = 0'");
      }
      try {
        assigned.put(GroupResource.parse(words[0].strip()), Integer.parseInt(group));
      } catch (IllegalArgumentException e) {
        throw wrong(config, "store.groups.assigned", String.valueOf(e.getMessage()));
      }
    }
    return new Groups(count, assigned);
  }

  private static ControllerSelection selection(Config config) {
    List<String> said = config.getStringList("controllers.run");
    ControllerSelection.complaint(said)
        .ifPresent(
            why -> {
              throw wrong(config, "controllers.run", why);
            });
    return new ControllerSelection(said);
  }

  private static int number(Config config, String path, int least, int most) {
    int value = config.getInt(path);
    if (value < least || value > most) {
      throw wrong(config, path, value + " is outside " + least + " to " + most);
    }
    return value;
  }

  private static Duration duration(Config config, String path) {
    Duration value = config.getDuration(path);
    if (value.isNegative() || value.isZero()) {
      throw wrong(config, path, "must be longer than nothing");
    }
    return value;
  }

  private static Level level(Config config, String path) {
    String word = config.getString(path);
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "debug" -> Level.FINE;
      case "info" -> Level.INFO;
      case "warning" -> Level.WARNING;
      case "error" -> Level.SEVERE;
      default -> throw wrong(config, path, word + " is none of debug, info, warning, error");
    };
  }

  private static ConfigException wrong(Config config, String path, String why) {
    return new ConfigException.BadValue(config.getValue(path).origin(), path, why);
  }
}
