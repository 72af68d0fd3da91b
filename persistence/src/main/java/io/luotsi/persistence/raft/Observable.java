package io.luotsi.persistence.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A value that changes, and who wants to know. Listeners are told in order, one at a time, on the
 * thread that changes the value: they must only pass the news on.
 */
final class Observable<T> {
  private final List<Consumer<? super T>> listeners = new ArrayList<>();
  private volatile T value;

  Observable(T value) {
    this.value = value;
  }

  T value() {
    return value;
  }

  synchronized void set(T newValue) {
    if (!newValue.equals(value)) {
      value = newValue;
      List.copyOf(listeners).forEach(listener -> listener.accept(newValue));
    }
  }

  /** Tells the present value at once, and every later one. */
  synchronized Subscription subscribe(Consumer<? super T> listener) {
    listeners.add(listener);
    listener.accept(value);
    return () -> unsubscribe(listener);
  }

  private synchronized void unsubscribe(Consumer<? super T> listener) {
    listeners.remove(listener);
  }
}
