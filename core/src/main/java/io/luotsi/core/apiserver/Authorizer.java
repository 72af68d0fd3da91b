package io.luotsi.core.apiserver;

import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.catalog.Verb;
import java.util.Optional;

/** Decides whether somebody may ask for something, before anything else is looked at. */
public interface Authorizer {

  /** What is asked for; the words are those of the request's URL. */
  sealed interface Attributes {
    /** A verb on what a target names. */
    static Resource of(Target target, Verb verb) {
      return new Resource(
          verb.word(),
          target.type().kind().group(),
          target.type().plural(),
          target.subresource(),
          target.namespace(),
          target.name());
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

  /**
   * @return empty if it is allowed; else Forbidden in upstream's words
   */
  Optional<Rejection> authorize(UserInfo user, Attributes attributes);
}
