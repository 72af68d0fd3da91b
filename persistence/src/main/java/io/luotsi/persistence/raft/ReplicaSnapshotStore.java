package io.luotsi.persistence.raft;

import com.typesafe.config.Config;
import io.luotsi.core.api.GroupResource;
import io.luotsi.persistence.registry.RegistryState;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/**
 * Pekko Persistence's snapshot store, by which a new leader's registry recovers from the local
 * replica: the snapshot is the replica's present state itself, so recovery takes no longer for more
 * data. Snapshots on disk are the group's business, so nothing is saved here. The class is named in
 * {@code reference.conf}.
 */
public final class ReplicaSnapshotStore extends SnapshotStore {
  private final RaftGroupMember group;

  public ReplicaSnapshotStore(Config config) {
    group = RaftBinding.group(context().system(), config.getInt("group"));
  }

  @Override
  public Future<Optional<SelectedSnapshot>> doLoadAsync(
      String persistenceId, SnapshotSelectionCriteria criteria) {
    RegistryState state = group.replica().state(GroupResource.parse(persistenceId));
    Optional<SelectedSnapshot> snapshot =
        state.version() == 0
            ? Optional.empty()
            : Optional.of(
                SelectedSnapshot.create(
                    new SnapshotMetadata(persistenceId, state.version(), state.timeMillis()),
                    state));
    return FutureConverters.asScala(CompletableFuture.completedFuture(snapshot));
  }

  @Override
  public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
    return unsupported();
  }

  @Override
  public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
    return unsupported();
  }

  @Override
  public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
    return unsupported();
  }

  private static Future<Void> unsupported() {
    return FutureConverters.asScala(
        CompletableFuture.<Void>failedFuture(
            new UnsupportedOperationException("a group writes its own snapshots")));
  }
}
