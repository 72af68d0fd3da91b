package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;

import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.raft.Groups;
import io.luotsi.persistence.raft.MemberSettings;
import io.luotsi.persistence.raft.SnapshotPolicy;
import io.luotsi.persistence.registry.WindowLimits;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Writes for ever, from several threads, and prints a line for every write that was acknowledged:
 * {@code kind name uid version}. Meant to be killed.
 */
final class CrashWriter {
  private static final int WRITERS = 8;

  private CrashWriter() {}

  /** Snapshots every few entries, so that kills hit them, too. */
  static LocalStore start(Path directory) throws Exception {
    return LocalStore.start(
        directory,
        LocalStore.Options.STANDARD.with(
            new MemberSettings.Tuning(
                Groups.ONE, WindowLimits.standard(), new SnapshotPolicy(60, 1 << 20))));
  }

  public static void main(String[] arguments) throws Exception {
    LocalStore one = start(Path.of(arguments[0]));
    String run = arguments[1];
    for (int i = 0; i < WRITERS; i++) {
      String writer = run + "-" + i;
      Thread.ofPlatform().start(() -> write(one.store(), writer));
    }
  }

  private static void write(ReplicatedStore store, String writer) {
    try {
      for (int i = 0; ; i++) {
        String name = writer + "-" + i;
        String uid = UUID.randomUUID().toString();
        tell(
            "created",
            Drafts.done(
                store.commit(
                    CONFIG_MAPS, new Write.Create(Drafts.draft("default", name, uid, "1")))));
        if (i % 3 == 0) {
          tell(
              "updated",
              Drafts.done(
                  store.commit(
                      CONFIG_MAPS,
                      new Write.Update(
                          Drafts.draft("default", name, uid, "2"), Precondition.NONE))));
        }
        if (i % 5 == 0) {
          Precondition same = new Precondition(Optional.of(uid), OptionalLong.empty());
          tell(
              "deleted",
              Drafts.done(store.commit(CONFIG_MAPS, new Write.Delete(Drafts.key(name), same))));
        }
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void tell(String kind, StoredObject object) {
    String line =
        kind + " " + object.key().name() + " " + object.uid() + " " + object.resourceVersion();
    synchronized (CrashWriter.class) {
      System.out.println(line);
      System.out.flush();
    }
  }
}
