package io.luotsi.core.scheduler;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Puts a decision into the words of the API. */
public interface BindPlugin extends Plugin {
  /** The body to be created through the pod's {@code binding} subresource. */
  ObjectNode bind(PodView pod, String nodeName);
}
