package io.luotsi.app.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import io.luotsi.app.BadInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads {@code cluster.conf} over the defaults. A key that no default knows is an error, with file
 * and line: a misspelt key must not be a setting that silently stays what it was.
 */
public final class SettingsReader {
  private static final String DEFAULTS = "defaults.conf";

  private SettingsReader() {}

  /**
   * @param file need not be there
   * @throws BadInput naming file, line and what is wrong
   */
  public static ClusterSettings read(Path file) {
    Config defaults = defaults();
    if (!Files.exists(file)) {
      return typed(defaults);
    }
    Config own =
        guarded(
            () ->
                ConfigFactory.parseFile(
                        file.toFile(), ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF))
                    .resolve());
    refuseUnknown(own.root(), defaults.root(), "");
    return typed(own.withFallback(defaults));
  }

  static Config defaults() {
    return ConfigFactory.parseResources(SettingsReader.class, DEFAULTS).resolve();
  }

  private static ClusterSettings typed(Config config) {
    return guarded(() -> ClusterSettings.of(config));
  }

  private static void refuseUnknown(ConfigObject own, ConfigObject known, String path) {
    for (Map.Entry<String, ConfigValue> entry : own.entrySet()) {
      String here = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
      ConfigValue expected = known.get(entry.getKey());
      if (expected == null) {
        throw new BadInput(place(entry.getValue().origin()) + ": there is no setting " + here);
      }
      if (expected instanceof ConfigObject inner) {
        if (!(entry.getValue() instanceof ConfigObject object)) {
          throw new BadInput(
              place(entry.getValue().origin()) + ": " + here + " is a group of settings");
        }
        refuseUnknown(object, inner, here);
      }
    }
  }

  private static <T> T guarded(java.util.function.Supplier<T> read) {
    try {
      return read.get();
    } catch (ConfigException e) {
      String message = e.getMessage();
      String detail =
          e.origin() == null ? message : message.replace(e.origin().description() + ": ", "");
      throw new BadInput(
          e.origin() == null
              ? message
              : place(e.origin()) + ": " + detail.lines().findFirst().orElse(""),
          e);
    }
  }

  private static String place(ConfigOrigin origin) {
    String file = origin.filename() == null ? origin.description() : origin.filename();
    return origin.lineNumber() > 0 ? file + ":" + origin.lineNumber() : file;
  }
}
