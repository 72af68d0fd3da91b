package io.luotsi.core.catalog.defaults;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Defaults of NetworkPolicies. */
public final class NetworkDefaults {
  private NetworkDefaults() {}

  /** A policy is about what comes in, and about what goes out if it has a rule for that. */
  public static void fillPolicy(ObjectNode policy) {
    Trees.object(policy, "spec")
        .filter(spec -> spec.path("policyTypes").isEmpty())
        .ifPresent(
            spec -> {
              ArrayNode types = spec.putArray("policyTypes").add("Ingress");
              if (!spec.path("egress").isEmpty()) {
                types.add("Egress");
              }
            });
  }
}
