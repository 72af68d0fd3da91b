package io.luotsi.persistence.registry;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The memory that all watch windows of a member share, whatever group their resource is in. */
public final class WindowBudget {
  private final WindowLimits limits;
  private final AtomicLong usedBytes = new AtomicLong();
  private final List<ResourceReplica> replicas = new CopyOnWriteArrayList<>();

  public WindowBudget(WindowLimits limits) {
    this.limits = limits;
  }

  WindowLimits limits() {
    return limits;
  }

  void join(ResourceReplica replica) {
    replicas.add(replica);
  }

  void leave(ResourceReplica replica) {
    replicas.remove(replica);
  }

  void add(long bytes) {
    usedBytes.addAndGet(bytes);
  }

  /** Takes from the costliest window until all fit again. Called without any window's lock. */
  void enforce() {
    while (usedBytes.get() > limits.bytes()) {
      ResourceReplica costliest = costliest();
      if (costliest == null || costliest.dropOldestChanges(usedBytes.get() - limits.bytes()) == 0) {
        return;
      }
    }
  }

  private @Nullable ResourceReplica costliest() {
    ResourceReplica costliest = null;
    long most = 0;
    for (ResourceReplica replica : replicas) {
      long cost = replica.windowBytes();
      if (cost > most) {
        most = cost;
        costliest = replica;
      }
    }
    return costliest;
  }
}
