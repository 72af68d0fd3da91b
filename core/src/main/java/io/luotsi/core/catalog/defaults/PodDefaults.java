package io.luotsi.core.catalog.defaults;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Defaults of pods, and of the templates they are made from. */
public final class PodDefaults {
  private PodDefaults() {}

  /** Those of a pod: of its spec, and some that a template does not get. */
  public static void fill(ObjectNode pod) {
    Trees.object(pod, "spec")
        .ifPresent(
            spec -> {
              fillSpec(spec);
              fillPodOnly(spec);
            });
    Trees.object(pod, "status").ifPresent(PodDefaults::fillAddresses);
  }

  /** Those of {@code spec.template} of whatever makes pods. */
  public static void fillTemplate(ObjectNode owner) {
    Trees.object(owner, "spec").ifPresent(PodDefaults::fillPodsOf);
  }

  /** Those of what {@code parent} has as its {@code template}. */
  static void fillPodsOf(ObjectNode parent) {
    Trees.object(parent, "template", "spec").ifPresent(PodDefaults::fillSpec);
  }

  private static void fillSpec(ObjectNode spec) {
    for (ObjectNode volume : Trees.objects(spec, "volumes")) {
      fillVolume(volume);
    }
    for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
      for (ObjectNode container : Trees.objects(spec, list)) {
        if (Trees.isUnset(container, "imagePullPolicy")) {
          container.put("imagePullPolicy", pullPolicy(Trees.text(container, "image")));
        }
      }
    }
    // Upstream writes a service account under both its names.
    if (!Trees.isUnset(spec, "serviceAccountName")) {
      spec.set("serviceAccount", spec.get("serviceAccountName"));
    } else if (!Trees.isUnset(spec, "serviceAccount")) {
      spec.set("serviceAccountName", spec.get("serviceAccount"));
    }
  }

  private static void fillVolume(ObjectNode volume) {
    boolean hasSource = volume.propertyStream().anyMatch(field -> !field.getKey().equals("name"));
    if (!hasSource) {
      volume.putObject("emptyDir");
    }
    Trees.object(volume, "image")
        .filter(image -> Trees.isUnset(image, "pullPolicy"))
        .ifPresent(image -> image.put("pullPolicy", pullPolicy(Trees.text(image, "reference"))));
  }

  /** Always for the tag latest, said or implied; IfNotPresent for others and for digests. */
  private static String pullPolicy(String image) {
    boolean hasDigest = image.indexOf('@') >= 0;
    String named = hasDigest ? image.substring(0, image.indexOf('@')) : image;
    int colon = named.indexOf(':', named.lastIndexOf('/') + 1);
    boolean latest = colon < 0 ? !hasDigest : named.substring(colon + 1).equals("latest");
    return latest && !named.isEmpty() ? "Always" : "IfNotPresent";
  }

  private static void fillPodOnly(ObjectNode spec) {
    for (String list : List.of("containers", "initContainers")) {
      for (ObjectNode container : Trees.objects(spec, list)) {
        requestWhatIsLimited(container);
        if (spec.path("hostNetwork").asBoolean(false)) {
          for (ObjectNode port : Trees.objects(container, "ports")) {
            if (Trees.isZero(port, "hostPort") && port.has("containerPort")) {
              port.set("hostPort", port.get("containerPort"));
            }
          }
        }
      }
    }
    PodResourceDefaults.fill(spec);
    if (!spec.has("enableServiceLinks")) {
      spec.put("enableServiceLinks", true);
    }
  }

  private static void requestWhatIsLimited(ObjectNode container) {
    Trees.object(container, "resources", "limits")
        .ifPresent(
            limits -> {
              ObjectNode requests =
                  Trees.objectOrNew((ObjectNode) container.get("resources"), "requests");
              limits
                  .properties()
                  .forEach(
                      limit -> {
                        if (!requests.has(limit.getKey())) {
                          requests.set(limit.getKey(), limit.getValue());
                        }
                      });
            });
  }

  /** {@code podIP} and the first of {@code podIPs} are one; when they differ, the former wins. */
  private static void fillAddresses(ObjectNode status) {
    List<ObjectNode> many = Trees.objects(status, "podIPs");
    String one = Trees.text(status, "podIP");
    if (one.isEmpty() && !many.isEmpty()) {
      status.put("podIP", Trees.text(many.getFirst(), "ip"));
    } else if (!one.isEmpty()
        && (many.isEmpty() || !Trees.text(many.getFirst(), "ip").equals(one))) {
      ArrayNode addresses = status.putArray("podIPs");
      addresses.addObject().put("ip", one);
    }
  }
}
