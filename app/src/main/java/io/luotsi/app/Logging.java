package io.luotsi.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Where log records go: all of them into files that are turned over, warnings to the console too.
 * One line a record, a stack trace below it.
 */
public final class Logging {
  private static final int FILE_BYTES = 16 << 20;
  private static final int FILES = 4;

  /** Libraries whose information is about themselves. */
  private static final List<String> QUIET =
      List.of("org.apache.ratis", "org.apache.pekko", "io.grpc", "io.netty");

  /**
   * Told several times a second for every member that is away: by the coordinator with a stack
   * trace, where the node's own conditions say it better; by Raft's appender for every heartbeat,
   * where the store says it once. What Pekko says about connections and reachability of members is
   * said once, by their names, when a member goes and when it is back.
   */
  private static final List<String> SILENT =
      List.of(
          "org.apache.pekko.cluster.sharding.DDataShardCoordinator",
          "org.apache.ratis.grpc.server.GrpcLogAppender",
          "org.apache.ratis.grpc.server.GrpcServerProtocolService");

  /** Their warnings are of the same kind; their errors are not. */
  private static final List<String> ERRORS_ONLY =
      List.of(
          "org.apache.pekko.cluster.Cluster",
          "org.apache.pekko.cluster.sharding.ShardRegion",
          "org.apache.pekko.remote.PhiAccrualFailureDetector",
          "org.apache.pekko.remote.artery",
          "org.apache.pekko.stream.Materializer");

  /** Configured loggers, held here because the logging system itself forgets them. */
  private static final List<Logger> CONFIGURED = new ArrayList<>();

  private Logging() {}

  /** For commands that come and go: warnings to the console, nothing else. */
  public static void quiet() {
    Logger root = reset();
    root.addHandler(console());
    root.setLevel(Level.WARNING);
  }

  /**
   * For a member.
   *
   * @param console whether there is somebody to read warnings there
   */
  public static void toFiles(Path folder, Level level, boolean console) throws IOException {
    Files.createDirectories(folder);
    Logger root = reset();
    FileHandler files =
        new FileHandler(folder.resolve("luotsi.%g.log").toString(), FILE_BYTES, FILES, true);
    files.setFormatter(new OneLine());
    root.addHandler(files);
    if (console) {
      root.addHandler(console());
    }
    root.setLevel(level);
    QUIET.forEach(name -> configure(name, Level.WARNING));
    ERRORS_ONLY.forEach(name -> configure(name, Level.SEVERE));
    SILENT.forEach(name -> configure(name, Level.OFF));
  }

  private static void configure(String name, Level level) {
    Logger logger = Logger.getLogger(name);
    logger.setLevel(level);
    CONFIGURED.add(logger);
  }

  private static Logger reset() {
    LogManager.getLogManager().reset();
    return Logger.getLogger("");
  }

  private static Handler console() {
    ConsoleHandler console = new ConsoleHandler();
    console.setLevel(Level.WARNING);
    console.setFormatter(new OneLine());
    return console;
  }

  private static final class OneLine extends Formatter {
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX")
            .withZone(ZoneId.systemDefault());

    @Override
    public String format(LogRecord record) {
      Instant time = record.getInstant();
      StringBuilder line = new StringBuilder();
      line.append(TIME.format(time)).append(' ').append(word(record.getLevel())).append(' ');
      line.append(shortName(record.getLoggerName())).append(": ").append(formatMessage(record));
      line.append('\n');
      if (record.getThrown() != null) {
        StringWriter trace = new StringWriter();
        record.getThrown().printStackTrace(new PrintWriter(trace));
        line.append(trace);
      }
      return line.toString();
    }

    private static String word(Level level) {
      int value = level.intValue();
      if (value >= Level.SEVERE.intValue()) {
        return "ERROR";
      }
      if (value >= Level.WARNING.intValue()) {
        return "WARN ";
      }
      return value >= Level.INFO.intValue() ? "INFO " : "DEBUG";
    }

    private static String shortName(String logger) {
      return logger == null ? "" : logger.substring(logger.lastIndexOf('.') + 1);
    }
  }
}
