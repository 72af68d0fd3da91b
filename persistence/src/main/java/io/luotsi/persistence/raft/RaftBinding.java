package io.luotsi.persistence.raft;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.SelectableFields;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.jspecify.annotations.Nullable;

/**
 * Tells an ActorSystem's persistence plugins, which Pekko makes by their class names, which member
 * they write through. The member outlives the ActorSystem.
 */
public final class RaftBinding implements Extension {
  private static final Id ID = new Id();

  private final AtomicReference<@Nullable RaftMember> member = new AtomicReference<>();

  private static final class Id extends AbstractExtensionId<RaftBinding> {
    @Override
    public RaftBinding createExtension(ExtendedActorSystem system) {
      return new RaftBinding();
    }
  }

  private RaftBinding() {}

  /** Binds a system to a member, before anything in it is persisted. */
  public static void bind(ClassicActorSystemProvider system, RaftMember member) {
    ID.get(system).member.set(member);
  }

  static RaftGroupMember group(ActorSystem system, int number) {
    return member(system).groups().get(number);
  }

  /** What a resource's objects are indexed by, whatever group it is in. */
  public static SelectableFields fields(ActorSystem system, GroupResource resource) {
    return member(system).groups().getFirst().replica().settings(resource).selectable();
  }

  private static RaftMember member(ActorSystem system) {
    RaftMember bound = ID.get(system).member.get();
    if (bound == null) {
      throw new IllegalStateException("no Raft member is bound to " + system.name());
    }
    return bound;
  }
}
