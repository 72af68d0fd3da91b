package io.luotsi.persistence.raft;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.StoredObject;
import io.luotsi.persistence.registry.RegistryState;
import io.luotsi.persistence.registry.Replica;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything a cluster holds, as a file, and a new cluster made of it.
 *
 * <p>A restored cluster's resources go on counting {@value #RAISED_BY} versions later, and remember
 * nothing of before: whoever watched the old cluster is told that its version is too old, and can
 * never take another past for the one it knew. Objects keep the versions that they had.
 */
public final class Backup {
  /** By how much versions are raised; more than a cluster writes between a backup and its loss. */
  public static final long RAISED_BY = 1_000_000;

  /**
   * What was saved or restored.
   *
   * @param resources in the order of their names
   */
  public record Summary(String clusterUid, long timeMillis, List<Resource> resources) {
    public Summary {
      resources = List.copyOf(resources);
    }

    public long objects() {
      return resources.stream().mapToLong(Resource::objects).sum();
    }
  }

  /** One resource at one version. */
  public record Resource(GroupResource resource, int objects, long version) {}

  private Backup() {}

  /**
   * Everything that replicas hold at this moment, in pieces that are made as they are taken.
   * Consistent per resource; costs no copy.
   */
  static Iterator<byte[]> of(Collection<Replica> replicas, String clusterUid, long timeMillis) {
    List<RegistryState> states = new ArrayList<>();
    for (Replica replica : replicas) {
      replica.resources().forEach(resource -> states.add(replica.state(resource)));
    }
    states.sort(Comparator.comparing(state -> state.resource().toString()));
    return BackupFile.pieces(new BackupFile.Head(clusterUid, timeMillis), states);
  }

  /**
   * Reads a backup from its first byte to its last.
   *
   * @throws CorruptFile if it is no backup, or damaged
   */
  public static Summary check(Path file) throws IOException {
    List<Resource> resources = new ArrayList<>();
    BackupFile.Head head =
        BackupFile.read(
            file,
            new BackupFile.Sink() {
              @Override
              public void resource(BackupFile.ResourceHead resource) {
                resources.add(
                    new Resource(resource.resource(), resource.objects(), resource.version()));
              }

              @Override
              public void object(StoredObject object, long lastWriteMillis) {}
            });
    return new Summary(head.clusterUid(), head.timeMillis(), resources);
  }

  /**
   * Makes member directories that start from a backup: the same for each of a new cluster's
   * members, none of which has run.
   *
   * @param members all of the control plane: each one's directory, as in {@link
   *     MemberSettings#directory}, and how the others know it
   * @param groups as the new cluster's settings have them
   * @param known resources that a cluster has, whether they are in the backup or not: their
   *     versions are raised, too
   * @return the resources as they are in the new cluster
   * @throws CorruptFile if it is no backup, or damaged; directories may have been begun
   */
  public static Summary restore(
      Path file, Map<Path, Peer> members, Groups groups, Set<GroupResource> known)
      throws IOException {
    Summary saved = check(file);
    TreeSet<GroupResource> absent = new TreeSet<>(known);
    saved.resources().forEach(resource -> absent.remove(resource.resource()));
    List<Peer> founders = List.copyOf(members.values());
    for (Path directory : members.keySet()) {
      for (int number = 0; number < groups.count(); number++) {
        try (FreshGroup group = FreshGroup.create(directory, number, founders)) {
          Restored restored = new Restored(group.snapshot(), groups, number);
          BackupFile.read(file, restored);
          for (GroupResource resource : absent) {
            restored.resource(
                new BackupFile.ResourceHead(resource, 0, saved.timeMillis(), List.of(), 0));
          }
          group.finish();
        }
      }
    }
    List<Resource> raised = new ArrayList<>();
    for (Resource resource : saved.resources()) {
      raised.add(
          new Resource(resource.resource(), resource.objects(), resource.version() + RAISED_BY));
    }
    return new Summary(saved.clusterUid(), saved.timeMillis(), raised);
  }

  /** The part of a backup that one group has, on its way into a snapshot. */
  private static final class Restored implements BackupFile.Sink {
    private final SnapshotWriter snapshot;
    private final Groups groups;
    private final int number;
    private boolean mine;

    Restored(SnapshotWriter snapshot, Groups groups, int number) {
      this.snapshot = snapshot;
      this.groups = groups;
      this.number = number;
    }

    @Override
    public void resource(BackupFile.ResourceHead head) throws IOException {
      mine = groups.of(head.resource()) == number;
      if (mine) {
        snapshot.resource(head, head.version() + RAISED_BY);
      }
    }

    @Override
    public void object(StoredObject object, long lastWriteMillis) throws IOException {
      if (mine) {
        snapshot.object(object, lastWriteMillis);
      }
    }
  }
}
