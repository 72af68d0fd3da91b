package io.luotsi.core.flowcontrol;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * FlowSchemas and priority levels as this member's replica has them at the moment of the question.
 * A question compares two version numbers; only when one has moved are the objects read again.
 * While the store cannot be read, what was known last holds.
 */
public final class StoredFlows implements Supplier<Flows> {
  public static final GroupResource SCHEMAS =
      GroupResource.parse("flowschemas.flowcontrol.apiserver.k8s.io");
  public static final GroupResource LEVELS =
      GroupResource.parse("prioritylevelconfigurations.flowcontrol.apiserver.k8s.io");

  private static final Outcome<ResourceSnapshot> NOT_YET =
      Outcome.rejected(new Rejection.TooManyRequests("not known yet", Duration.ofSeconds(1)));

  private record Read(long schemas, long levels, Flows flows) {}

  private final Store store;
  private volatile Read last = new Read(0, 0, Flows.MANDATORY);

  public StoredFlows(Store store) {
    this.store = store;
  }

  /** The same object until something changes. */
  @Override
  public Flows get() {
    if (present(SCHEMAS) instanceof Outcome.Done<ResourceSnapshot>(ResourceSnapshot schemas)
        && present(LEVELS) instanceof Outcome.Done<ResourceSnapshot>(ResourceSnapshot levels)) {
      Read known = last;
      return known.schemas == schemas.version() && known.levels == levels.version()
          ? known.flows
          : read(schemas, levels);
    }
    return last.flows;
  }

  private Outcome<ResourceSnapshot> present(GroupResource resource) {
    return store.read(resource, ReadVersion.ANY).toCompletableFuture().getNow(NOT_YET);
  }

  private synchronized Flows read(ResourceSnapshot schemas, ResourceSnapshot levels) {
    Read known = last;
    boolean older = known.schemas > schemas.version() || known.levels > levels.version();
    boolean same = known.schemas == schemas.version() && known.levels == levels.version();
    if (older || same) {
      return known.flows; // somebody else came first, with what is newer or as new
    }
    List<FlowSchema> schemasNow =
        schemas.objects().values().stream().map(FlowSchema::read).toList();
    List<PriorityLevel> levelsNow =
        levels.objects().values().stream().map(PriorityLevel::read).toList();
    Flows flows = Flows.of(schemasNow, levelsNow);
    last = new Read(schemas.version(), levels.version(), flows);
    return flows;
  }
}
