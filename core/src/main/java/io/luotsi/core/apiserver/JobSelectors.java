package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What a Job that does not choose its pods itself knows them by: labels with its name and uid.
 *
 * @see "Source: kubernetes pkg/registry/batch/job/strategy.go"
 */
final class JobSelectors {
  private static final String UID_LABEL = "batch.kubernetes.io/controller-uid";
  private static final List<String> NAME_LABELS =
      List.of("job-name", "batch.kubernetes.io/job-name");
  private static final List<String> UID_LABELS = List.of("controller-uid", UID_LABEL);

  private JobSelectors() {}

  /** Labels that a client has set stay, and are refused later where they are wrong. */
  static void generate(ObjectNode job) {
    if (!(job.get("spec") instanceof ObjectNode spec)
        || spec.path("manualSelector").asBoolean(false)) {
      return;
    }
    String uid = ObjectMeta.text(job, "uid");
    ObjectNode labels = spec.withObject("template").withObject("metadata").withObject("labels");
    NAME_LABELS.forEach(label -> putIfAbsent(labels, label, ObjectMeta.name(job)));
    UID_LABELS.forEach(label -> putIfAbsent(labels, label, uid));
    putIfAbsent(spec.withObject("selector").withObject("matchLabels"), UID_LABEL, uid);
    ObjectNode metadata = ObjectMeta.of(job);
    if (metadata.path("labels").isEmpty()) {
      metadata.set("labels", labels.deepCopy()); // as the default, which would else come later
    }
  }

  private static void putIfAbsent(ObjectNode labels, String label, String value) {
    if (!labels.has(label)) {
      labels.put(label, value);
    }
  }
}
