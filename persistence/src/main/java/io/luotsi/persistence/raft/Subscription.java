package io.luotsi.persistence.raft;

/** Ends with {@link #close}, after which the listener hears nothing more. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
  @Override
  void close();
}
