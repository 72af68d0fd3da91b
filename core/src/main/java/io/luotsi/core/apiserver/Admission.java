package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.Target;
import java.util.List;
import java.util.Optional;

/**
 * A rule across kinds that changes or refuses writes after authorisation. As upstream's plugins it
 * is asked twice: before the object is validated, when it may change it, and afterwards, when what
 * is wrong with the object itself has been said already.
 */
interface Admission {
  enum Operation {
    CREATE,
    UPDATE,
    DELETE
  }

  /**
   * @param target with the name of what is written; still empty when the server is to choose it
   * @param object what is to be stored, changed in place by the rules; empty for a deletion
   * @param current what is stored; empty for a creation
   * @param warnings that the client is to be told of; the rules add theirs
   * @param notes for the audit log
   */
  record Request(
      Operation operation,
      Target target,
      Optional<ObjectNode> object,
      Optional<ObjectNode> current,
      Reads reads,
      List<String> warnings,
      AuditNotes notes) {

    /** Whether it is about an object of that type itself, and none of its subresources. */
    boolean concerns(String resource) {
      return target.subresource().isEmpty()
          && target.type().groupResource().toString().equals(resource);
    }

    /** What is to be created, if it is one of that type. */
    Optional<ObjectNode> creationOf(String resource) {
      return operation == Operation.CREATE && concerns(resource) ? object : Optional.empty();
    }
  }

  /**
   * Before validation; may change the object.
   *
   * @return empty if the write may go on
   */
  default Optional<Rejection> admit(Request request) {
    return Optional.empty();
  }

  /**
   * After validation; changes nothing.
   *
   * @return empty if the write may go on
   */
  default Optional<Rejection> validate(Request request) {
    return Optional.empty();
  }
}
