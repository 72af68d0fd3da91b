package io.luotsi.core.api;

import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What became of a request: its result, or the rule that said no. Bugs are exceptions, rejections
 * are values.
 */
public sealed interface Outcome<T> {
  record Done<T>(T value) implements Outcome<T> {}

  record Rejected<T>(Rejection rejection) implements Outcome<T> {}

  static <T> Outcome<T> done(T value) {
    return new Done<>(value);
  }

  static <T> Outcome<T> rejected(Rejection rejection) {
    return new Rejected<>(rejection);
  }

  default <U> Outcome<U> map(Function<? super T, ? extends U> function) {
    return switch (this) {
      case Done<T>(T value) -> new Done<>(function.apply(value));
      case Rejected<T>(Rejection rejection) -> new Rejected<>(rejection);
    };
  }

  default <U> Outcome<U> flatMap(Function<? super T, Outcome<U>> function) {
    return switch (this) {
      case Done<T>(T value) -> function.apply(value);
      case Rejected<T>(Rejection rejection) -> new Rejected<>(rejection);
    };
  }

  default void ifDone(Consumer<? super T> consumer) {
    if (this instanceof Done<T>(T value)) {
      consumer.accept(value);
    }
  }

  default boolean isDone() {
    return this instanceof Done;
  }

  /**
   * The result, for callers that have no use for a rejection (tests, start-up).
   *
   * @throws IllegalStateException if the request was rejected
   */
  default T orElseThrow() {
    return switch (this) {
      case Done<T>(T value) -> value;
      case Rejected<T>(Rejection rejection) ->
          throw new IllegalStateException(rejection.toString());
    };
  }
}
