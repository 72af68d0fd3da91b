package io.luotsi.node.relay;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.apiserver.NodeConnection.LogOptions;

/** Which log is wanted, as it crosses JVMs. */
record LogRequest(
    String nodeName,
    String namespace,
    String pod,
    String podUid,
    String container,
    LogOptions options) {
  ObjectKey key() {
    return ObjectKey.of(namespace, pod);
  }
}
