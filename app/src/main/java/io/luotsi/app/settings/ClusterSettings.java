package io.luotsi.app.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.util.Locale;
import java.util.logging.Level;

/**
 * All that {@code cluster.conf} says, checked.
 *
 * @param port and {@code bind}: where the HTTPS API listens; the command line may say otherwise
 * @param logLevel of Luotsi's own log records
 */
public record ClusterSettings(int port, String bind, Level logLevel) {
  private static final int MAX_PORT = 32_767 - 100;

  static ClusterSettings of(Config config) {
    int port = config.getInt("api.port");
    if (port < 0 || port > MAX_PORT) {
      throw wrong(config, "api.port", "is outside 0 to " + MAX_PORT);
    }
    return new ClusterSettings(port, config.getString("api.bind"), level(config, "log.level"));
  }

  private static Level level(Config config, String path) {
    return switch (config.getString(path).toLowerCase(Locale.ROOT)) {
      case "debug" -> Level.FINE;
      case "info" -> Level.INFO;
      case "warning" -> Level.WARNING;
      case "error" -> Level.SEVERE;
      default -> throw wrong(config, path, "is none of debug, info, warning, error");
    };
  }

  private static ConfigException wrong(Config config, String path, String why) {
    return new ConfigException.BadValue(config.getValue(path).origin(), path, why);
  }
}
