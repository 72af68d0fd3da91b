package io.luotsi.core.apiserver;

import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.catalog.Verb;
import io.luotsi.core.rbac.Policy;
import java.util.Optional;

/** Decides whether somebody may ask for something, before anything else is looked at. */
public interface Authorizer {

  /** What is asked for; the words are those of the request's URL. */
  sealed interface Attributes {
    /** A verb on what a target names. */
    static Resource of(Target target, Verb verb) {
      return of(target, verb, target.name(), FieldSelector.EVERYTHING);
    }

    /**
     * A verb on a target, or of a collection on what is selected.
     *
     * @param name of the target, or of the only object that is selected
     */
    static Resource of(Target target, Verb verb, String name, FieldSelector fields) {
      return new Resource(
          verb.word(),
          target.type().kind().group(),
          target.type().plural(),
          target.subresource(),
          isNamespace(target) ? target.name() : target.namespace(),
          name,
          fields);
    }

    /** As upstream: a namespace is in itself, so that who may read all in it may read it, too. */
    private static boolean isNamespace(Target target) {
      return target.namespace().isEmpty()
          && target.type().plural().equals("namespaces")
          && target.type().kind().group().isEmpty();
    }

    /**
     * @param verb as RBAC spells it: {@code get}, {@code list}, {@code watch}, {@code create},
     *     {@code update}, {@code patch}, {@code delete}, {@code deletecollection}
     * @param subresource empty for the object itself
     * @param namespace empty for cluster-scoped resources and all namespaces
     * @param name empty for creation, and for collections of which not one object is selected
     * @param fields of a collection's selector
     */
    record Resource(
        String verb,
        String group,
        String resource,
        String subresource,
        String namespace,
        String name,
        FieldSelector fields)
        implements Attributes {
      /** Where nothing is selected by fields. */
      public Resource(
          String verb,
          String group,
          String resource,
          String subresource,
          String namespace,
          String name) {
        this(verb, group, resource, subresource, namespace, name, FieldSelector.EVERYTHING);
      }
    }

    /**
     * @param verb the HTTP method in lower case
     * @param path without the query
     */
    record Path(String verb, String path) implements Attributes {}
  }

  /** What is to be said of a question whether somebody may. */
  sealed interface Decision {
    /**
     * @param reason in upstream's words; may be empty
     */
    record Allowed(String reason) implements Decision {}

    /**
     * @param reason in upstream's words; mostly empty
     */
    record NotAllowed(String reason) implements Decision {}

    /** Nobody knows at the moment. */
    record Unknown(Rejection why) implements Decision {}
  }

  /**
   * @return empty if it is allowed; else Forbidden in upstream's words, or why nobody knows
   */
  Optional<Rejection> authorize(UserInfo user, Attributes attributes);

  /** The same for those who ask about somebody, with the reason. */
  default Decision decide(UserInfo user, Attributes attributes) {
    return authorize(user, attributes)
        .<Decision>map(refused -> new Decision.NotAllowed(""))
        .orElse(new Decision.Allowed(""));
  }

  /**
   * The roles by which this decides.
   *
   * @return rejection: TooManyRequests, if nobody knows at the moment
   */
  default Outcome<Policy> policy() {
    return Outcome.done(Policy.EMPTY);
  }
}
