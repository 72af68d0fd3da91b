package io.luotsi.node.agent;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.sharding.ShardCoordinator.AbstractShardAllocationStrategy;
import org.apache.pekko.dispatch.Futures;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;

/**
 * A real node's agent lives on that node's own JVM and nowhere else: the shard, named for the node,
 * goes to the region there, and to none while there is no such region. Never moved.
 */
final class HomeAllocation extends AbstractShardAllocationStrategy {
  private final Address self;
  private final Function<String, Optional<Address>> homes;

  /**
   * @param self this JVM, which its own region does not say
   * @param homes the JVM of a node, empty while it is away
   */
  HomeAllocation(Address self, Function<String, Optional<Address>> homes) {
    this.self = self;
    this.homes = homes;
  }

  @Override
  public Future<ActorRef> allocateShard(
      ActorRef requester, String shardId, Map<ActorRef, IndexedSeq<String>> current) {
    Optional<Address> home = homes.apply(shardId);
    for (ActorRef region : current.keySet()) {
      Address of = region.path().address().hasLocalScope() ? self : region.path().address();
      if (home.filter(of::equals).isPresent()) {
        return Futures.successful(region);
      }
    }
    return Futures.failed(new IllegalStateException("node " + shardId + " is away"));
  }

  @Override
  public Future<Set<String>> rebalance(
      Map<ActorRef, IndexedSeq<String>> current, Set<String> inProgress) {
    return Futures.successful(Set.of());
  }
}
