package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.Target;
import java.util.Optional;

/** A rule across kinds that changes or refuses writes after authorisation, before validation. */
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
   */
  record Request(
      Operation operation,
      Target target,
      Optional<ObjectNode> object,
      Optional<ObjectNode> current,
      Reads reads) {}

  /**
   * @return empty if the write may go on
   */
  Optional<Rejection> admit(Request request);
}
