package io.luotsi.core.scheduler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;

/** Binds by a Binding, conditional on the very pod that was looked at. */
public final class DefaultBinder implements BindPlugin {
  @Override
  public String name() {
    return "DefaultBinder";
  }

  @Override
  public ObjectNode bind(PodView pod, String nodeName) {
    ObjectNode binding = Json.object().put("apiVersion", "v1").put("kind", "Binding");
    binding
        .putObject("metadata")
        .put("name", pod.key().name())
        .put("namespace", pod.key().namespace())
        .put("uid", pod.uid());
    binding.putObject("target").put("kind", "Node").put("name", nodeName);
    return binding;
  }
}
