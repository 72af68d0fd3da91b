package io.luotsi.core.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.LabelSelector.Operator;
import io.luotsi.core.api.LabelSelector.Requirement;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.scheduler.PodShape.Unbuilt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads off a stored Pod what placement depends on. Equal shapes come out as one instance as long
 * as they come one soon after the other, so that the pods of a template share it. Not for several
 * threads at once.
 */
public final class PodReader {
  private static final int REMEMBERED_SHAPES = 1_024;

  private final Map<PodShape, PodShape> shapes =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PodShape, PodShape> eldest) {
          return size() > REMEMBERED_SHAPES;
        }
      };

  public PodView read(StoredObject object) {
    JsonNode pod = Json.readObject(object.json());
    JsonNode spec = pod.path("spec");
    JsonNode status = pod.path("status");
    PodShape shape = shapeOf(object, spec);
    PodShape known = shapes.putIfAbsent(shape, shape);
    String phase = status.path("phase").asText();
    return new PodView(
        object.key(),
        object.uid(),
        object.resourceVersion(),
        pod.path("metadata").path("generation").asLong(),
        spec.path("schedulerName").asText("default-scheduler"),
        spec.path("nodeName").asText(),
        !spec.path("schedulingGates").isEmpty(),
        object.deleting(),
        phase.equals("Succeeded") || phase.equals("Failed"),
        conditionOf(status),
        known == null ? shape : known);
  }

  private static Optional<PodView.Condition> conditionOf(JsonNode status) {
    for (JsonNode condition : status.path("conditions")) {
      if (condition.path("type").asText().equals("PodScheduled")) {
        return Optional.of(
            new PodView.Condition(
                condition.path("status").asText(),
                condition.path("reason").asText(),
                condition.path("message").asText(),
                condition.path("lastTransitionTime").asText()));
      }
    }
    return Optional.empty();
  }

  private static PodShape shapeOf(StoredObject object, JsonNode spec) {
    JsonNode affinity = spec.path("affinity");
    return new PodShape(
        object.key().namespace(),
        object.labels(),
        object.controller().map(owner -> owner.kind() + "/" + owner.name()).orElse(""),
        RequestReader.read(spec),
        "",
        SelectorReader.strings(spec.path("nodeSelector")),
        requiredOf(affinity.path("nodeAffinity")),
        preferredOf(affinity.path("nodeAffinity")),
        tolerationsOf(spec),
        hostPortsOf(spec),
        spreadOf(spec, object.labels()),
        spec.path("priority").asInt(),
        !spec.path("preemptionPolicy").asText().equals("Never"),
        unbuiltOf(spec));
  }

  private static Optional<List<NodeTerm>> requiredOf(JsonNode nodeAffinity) {
    JsonNode required = nodeAffinity.path("requiredDuringSchedulingIgnoredDuringExecution");
    if (!required.isObject()) {
      return Optional.empty();
    }
    List<NodeTerm> terms = new ArrayList<>();
    required.path("nodeSelectorTerms").forEach(term -> terms.add(termOf(term)));
    return Optional.of(terms);
  }

  private static List<NodeTerm.Weighted> preferredOf(JsonNode nodeAffinity) {
    List<NodeTerm.Weighted> terms = new ArrayList<>();
    for (JsonNode term : nodeAffinity.path("preferredDuringSchedulingIgnoredDuringExecution")) {
      int weight = term.path("weight").asInt();
      if (weight != 0) {
        terms.add(new NodeTerm.Weighted(weight, termOf(term.path("preference"))));
      }
    }
    return terms;
  }

  private static NodeTerm termOf(JsonNode term) {
    List<NodeTerm.NameRequirement> names = new ArrayList<>();
    for (JsonNode field : term.path("matchFields")) {
      names.add(
          new NodeTerm.NameRequirement(
              field.path("operator").asText().equals("In"),
              SelectorReader.values(field.path("values"))));
    }
    return new NodeTerm(
        new LabelSelector(SelectorReader.expressions(term.path("matchExpressions"))), names);
  }

  private static List<Toleration> tolerationsOf(JsonNode spec) {
    List<Toleration> tolerations = new ArrayList<>();
    for (JsonNode toleration : spec.path("tolerations")) {
      tolerations.add(
          new Toleration(
              toleration.path("key").asText(),
              toleration.path("operator").asText().equals("Exists"),
              toleration.path("value").asText(),
              toleration.path("effect").asText()));
    }
    return tolerations;
  }

  private static List<HostPort> hostPortsOf(JsonNode spec) {
    List<HostPort> ports = new ArrayList<>();
    for (String field : List.of("containers", "initContainers")) {
      for (JsonNode container : spec.path(field)) {
        boolean runsOn =
            field.equals("containers") || container.path("restartPolicy").asText().equals("Always");
        for (JsonNode port : container.path("ports")) {
          int number = port.path("hostPort").asInt();
          if (number > 0 && runsOn) {
            ports.add(
                new HostPort(
                    textOr(port.path("hostIP"), HostPort.ANY_ADDRESS),
                    textOr(port.path("protocol"), "TCP"),
                    number));
          }
        }
      }
    }
    return ports;
  }

  private static String textOr(JsonNode field, String absent) {
    return field.asText().isEmpty() ? absent : field.asText();
  }

  private static List<SpreadConstraint> spreadOf(JsonNode spec, Map<String, String> labels) {
    List<SpreadConstraint> constraints = new ArrayList<>();
    for (JsonNode constraint : spec.path("topologySpreadConstraints")) {
      List<Requirement> requirements =
          new ArrayList<>(
              SelectorReader.labelSelector(constraint.path("labelSelector")).requirements());
      for (JsonNode key : constraint.path("matchLabelKeys")) {
        if (labels.containsKey(key.asText())) {
          Requirement own =
              new Requirement(key.asText(), Operator.IN, Set.of(labels.get(key.asText())));
          if (!requirements.contains(own)) {
            requirements.add(own);
          }
        }
      }
      constraints.add(
          new SpreadConstraint(
              constraint.path("topologyKey").asText(),
              Math.max(1, constraint.path("maxSkew").asInt()),
              constraint.path("whenUnsatisfiable").asText().equals("DoNotSchedule"),
              new LabelSelector(requirements),
              Math.max(1, constraint.path("minDomains").asInt()),
              !constraint.path("nodeAffinityPolicy").asText().equals("Ignore"),
              constraint.path("nodeTaintsPolicy").asText().equals("Honor")));
    }
    return constraints;
  }

  private static List<Unbuilt> unbuiltOf(JsonNode spec) {
    List<Unbuilt> unbuilt = new ArrayList<>();
    JsonNode affinity = spec.path("affinity");
    if (!affinity.path("podAffinity").isEmpty() || !affinity.path("podAntiAffinity").isEmpty()) {
      unbuilt.add(
          new Unbuilt("InterPodAffinity", "pod affinity and anti-affinity are not supported yet"));
    }
    if (!spec.path("resourceClaims").isEmpty()) {
      unbuilt.add(new Unbuilt("DynamicResources", "resource claims are not supported yet"));
    }
    for (JsonNode volume : spec.path("volumes")) {
      if (volume.has("persistentVolumeClaim") || volume.has("ephemeral")) {
        unbuilt.add(new Unbuilt("VolumeBinding", "persistent volume claims are not supported yet"));
        break;
      }
    }
    return unbuilt;
  }
}
