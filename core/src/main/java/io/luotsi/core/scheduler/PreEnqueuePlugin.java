package io.luotsi.core.scheduler;

/** Decides whether a pod may be considered at all. */
public interface PreEnqueuePlugin extends Plugin {
  Status preEnqueue(PodView pod);
}
