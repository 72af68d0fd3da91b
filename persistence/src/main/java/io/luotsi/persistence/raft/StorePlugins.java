package io.luotsi.persistence.raft;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;

/** Names and configuration of the persistence plugins: one journal and snapshot store a group. */
public final class StorePlugins {
  private static final String PREFIX = "luotsi.persistence.group-";

  private StorePlugins() {}

  /** Id of a group's journal plugin. */
  public static String journal(int group) {
    return PREFIX + group + ".journal";
  }

  /** Id of a group's snapshot-store plugin. */
  public static String snapshots(int group) {
    return PREFIX + group + ".snapshots";
  }

  /**
   * What an ActorSystem's configuration needs besides this module's {@code reference.conf}, which
   * has group 0: the plugins of all other groups.
   */
  public static Config config(int groups) {
    Config reference = ConfigFactory.load().getConfig(PREFIX + 0);
    Config config = ConfigFactory.empty();
    for (int group = 1; group < groups; group++) {
      config =
          config.withValue(
              PREFIX + group,
              reference
                  .withValue("journal.group", ConfigValueFactory.fromAnyRef(group))
                  .withValue("snapshots.group", ConfigValueFactory.fromAnyRef(group))
                  .root());
    }
    return config;
  }
}
