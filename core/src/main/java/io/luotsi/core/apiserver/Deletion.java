package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.Propagation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a request to delete does to an object: grace periods and finalizers.
 *
 * @see "Source: apiserver pkg/registry/rest/delete.go and generic/registry/store.go"
 */
sealed interface Deletion {
  /** Nothing holds it: it goes now. */
  record Remove() implements Deletion {}

  /** It is told to go, and stays until its grace or its finalizers are over. */
  record Mark(ObjectNode object) implements Deletion {}

  /** It has been told to go already, and this request changes nothing. */
  record Pending() implements Deletion {}

  /**
   * @param current not changed
   */
  static Deletion decide(
      Strategy strategy, ObjectNode current, DeleteOptions options, Instant now) {
    if (strategy.deletesGracefully()) {
      return decideGracefully(strategy, current, options, now);
    }
    return afterGrace(strategy, current.deepCopy(), options, now);
  }

  private static Deletion decideGracefully(
      Strategy strategy, ObjectNode current, DeleteOptions options, Instant now) {
    OptionalInt requested = requested(options);
    Optional<Instant> deadline = ObjectMeta.deletionTimestamp(current);
    if (deadline.isPresent()) {
      int pending = Math.max(0, ObjectMeta.of(current).path("deletionGracePeriodSeconds").asInt());
      if (pending == 0) {
        // Its time is over, and yet it is there: an interrupted deletion is brought to its end.
        return afterGrace(strategy, current.deepCopy(), options, now);
      }
      if (requested.isEmpty() || requested.getAsInt() >= pending) {
        return new Pending();
      }
      Instant told = deadline.get().minusSeconds(pending);
      return withGrace(strategy, current.deepCopy(), options, told, requested.getAsInt());
    }
    int grace = strategy.gracePeriodSeconds(current, requested);
    ObjectNode marked = current.deepCopy();
    if (ObjectMeta.generation(marked) > 0) {
      ObjectMeta.countGeneration(marked);
    }
    return withGrace(strategy, marked, options, now, grace);
  }

  private static Deletion withGrace(
      Strategy strategy, ObjectNode object, DeleteOptions options, Instant told, int grace) {
    List<String> finalizers = finalizers(strategy, object, options);
    if (grace == 0 && finalizers.isEmpty()) {
      return new Remove();
    }
    ObjectMeta.of(object).put("deletionTimestamp", ObjectMeta.time(told.plusSeconds(grace)));
    ObjectMeta.of(object).put("deletionGracePeriodSeconds", grace);
    ObjectMeta.setFinalizers(object, finalizers);
    return new Mark(object);
  }

  private static Deletion afterGrace(
      Strategy strategy, ObjectNode object, DeleteOptions options, Instant now) {
    List<String> finalizers = finalizers(strategy, object, options);
    if (finalizers.isEmpty()) {
      return new Remove();
    }
    boolean unchanged = finalizers.equals(ObjectMeta.finalizers(object));
    Optional<Instant> told = ObjectMeta.deletionTimestamp(object);
    boolean marked =
        told.isPresent()
            && !told.get().isAfter(now)
            && ObjectMeta.of(object).path("deletionGracePeriodSeconds").asInt(-1) == 0;
    if (unchanged && marked) {
      return new Pending();
    }
    if (told.isEmpty() && ObjectMeta.generation(object) > 0) {
      ObjectMeta.countGeneration(object);
    }
    if (!marked) {
      ObjectMeta.of(object).put("deletionTimestamp", ObjectMeta.time(now));
      ObjectMeta.of(object).put("deletionGracePeriodSeconds", 0);
    }
    ObjectMeta.setFinalizers(object, finalizers);
    return new Mark(object);
  }

  /** As upstream: a negative period means one second. */
  private static OptionalInt requested(DeleteOptions options) {
    OptionalInt seconds = options.gracePeriodSeconds();
    return seconds.isPresent() && seconds.getAsInt() < 0 ? OptionalInt.of(1) : seconds;
  }

  /** The finalizers that stay, with those of the garbage collector as the policy wants them. */
  static List<String> finalizers(Strategy strategy, ObjectNode object, DeleteOptions options) {
    List<String> current = ObjectMeta.finalizers(object);
    if (!strategy.isGarbageCollected()) {
      return current;
    }
    boolean orphan =
        options
            .propagation()
            .map(policy -> policy == Propagation.ORPHAN)
            .orElseGet(() -> current.contains(ObjectMeta.ORPHAN_FINALIZER));
    boolean foreground =
        options
            .propagation()
            .map(policy -> policy == Propagation.FOREGROUND)
            .orElseGet(() -> current.contains(ObjectMeta.FOREGROUND_FINALIZER));
    List<String> finalizers = new ArrayList<>(current);
    adjust(finalizers, ObjectMeta.ORPHAN_FINALIZER, orphan);
    adjust(finalizers, ObjectMeta.FOREGROUND_FINALIZER, foreground);
    return finalizers;
  }

  private static void adjust(List<String> finalizers, String finalizer, boolean wanted) {
    if (!wanted) {
      finalizers.removeIf(finalizer::equals);
    } else if (!finalizers.contains(finalizer)) {
      finalizers.add(finalizer);
    }
  }

  /** Whether an update leaves nothing that holds an object which was told to go. */
  static boolean completes(ObjectNode updated, ObjectNode current) {
    return ObjectMeta.isDeleting(current)
        && ObjectMeta.of(current).path("deletionGracePeriodSeconds").asInt() == 0
        && ObjectMeta.finalizers(updated).isEmpty();
  }
}
