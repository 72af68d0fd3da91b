package io.luotsi.core.apiserver;

import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.catalog.CustomKind;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.Subresource;
import io.luotsi.core.catalog.Verb;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What may be asked of which place, whoever asks. */
public final class ServedVerbs {
  private static final Set<Verb> OF_ONE =
      EnumSet.of(Verb.GET, Verb.UPDATE, Verb.PATCH, Verb.DELETE);

  private ServedVerbs() {}

  /**
   * Why a verb is not served at a place, in the words of whoever says so upstream: its table of
   * paths for the built-in kinds, which knows methods, and a handler of its own for custom ones.
   *
   * @return empty if it is served
   */
  public static Optional<Rejection> refusal(Target target, Verb verb) {
    ResourceType type = target.type();
    Set<Verb> verbs = type.verbs();
    if (!target.subresource().isEmpty()) {
      Optional<Subresource> subresource = type.subresource(target.subresource());
      if (subresource.isEmpty()) {
        return Optional.of(new Rejection.NoSuchResource());
      }
      verbs = subresource.get().verbs();
    }
    // Whoever has to let go of an object may still write it; admission refuses new ones.
    boolean served = verbs.contains(verb) || isTerminating(type);
    if (served && isComplete(target, verb)) {
      return Optional.empty();
    }
    if (type.custom().isPresent() || (verb == Verb.WATCH && verbs.contains(Verb.LIST))) {
      return Optional.of(new Rejection.MethodNotAllowed(type.groupResource(), verb.word()));
    }
    return Optional.of(
        hasPath(target, verbs) ? new Rejection.NoSuchMethod() : new Rejection.NoSuchResource());
  }

  private static boolean isTerminating(ResourceType type) {
    return type.custom().filter(CustomKind::terminating).isPresent();
  }

  /** Only what is read in bulk may span namespaces, and what is about one object names it. */
  private static boolean isComplete(Target target, Verb verb) {
    boolean bulk = verb == Verb.LIST || verb == Verb.WATCH;
    boolean placed = bulk || !target.type().namespaced() || !target.namespace().isEmpty();
    boolean named = !target.name().isEmpty();
    return placed
        && switch (verb) {
          case GET, UPDATE, PATCH, DELETE -> named;
          case CREATE -> named == !target.subresource().isEmpty();
          case LIST, WATCH, DELETECOLLECTION -> true;
        };
  }

  /** Whether anything at all is served there. */
  private static boolean hasPath(Target target, Set<Verb> verbs) {
    if (!target.subresource().isEmpty()) {
      return true;
    }
    return target.name().isEmpty()
        ? !target.type().namespaced() || !target.namespace().isEmpty() || verbs.contains(Verb.LIST)
        : verbs.stream().anyMatch(OF_ONE::contains);
  }
}
