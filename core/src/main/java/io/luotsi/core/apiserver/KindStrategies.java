package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.apiserver.validation.AdmissionValidation;
import io.luotsi.core.apiserver.validation.AutoscalerValidation;
import io.luotsi.core.apiserver.validation.ClassValidation;
import io.luotsi.core.apiserver.validation.ControllerValidation;
import io.luotsi.core.apiserver.validation.CronJobValidation;
import io.luotsi.core.apiserver.validation.DaemonSetValidation;
import io.luotsi.core.apiserver.validation.DeviceValidation;
import io.luotsi.core.apiserver.validation.FlowControlValidation;
import io.luotsi.core.apiserver.validation.IngressValidation;
import io.luotsi.core.apiserver.validation.JobValidation;
import io.luotsi.core.apiserver.validation.LimitRangeValidation;
import io.luotsi.core.apiserver.validation.NetworkValidation;
import io.luotsi.core.apiserver.validation.PersistentVolumeValidation;
import io.luotsi.core.apiserver.validation.PriorityLevelValidation;
import io.luotsi.core.apiserver.validation.QuotaValidation;
import io.luotsi.core.apiserver.validation.ResourceSliceValidation;
import io.luotsi.core.apiserver.validation.StatefulSetValidation;
import io.luotsi.core.apiserver.validation.StorageValidation;
import io.luotsi.core.apiserver.validation.VolumeClaimValidation;
import io.luotsi.core.apiserver.validation.WorkloadValidation;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The strategies of kinds that no controller of ours treats in any special way, by resource and
 * group.
 *
 * @see "Source: kubernetes pkg/registry, the strategy.go of each kind"
 */
final class KindStrategies {
  private static final String TEMPLATES = "deprecated.daemonset.template.generation";

  private static final Map<String, Strategy> ALL =
      Map.ofEntries(
          Map.entry(
              "limitranges",
              KindStrategy.of(LimitRangeValidation::validate, LimitRangeValidation::validateUpdate)
                  .createdByUpdate()),
          Map.entry(
              "persistentvolumeclaims",
              KindStrategy.of(
                      VolumeClaimValidation::validate, VolumeClaimValidation::validateUpdate)
                  .statusUpdate(VolumeClaimValidation::validateStatusUpdate)
                  .beforeCreate(KindStrategies::agreeOnSource)
                  .beforeUpdate((claim, current) -> agreeOnSource(claim))
                  .emptyStatus("{\"phase\":\"Pending\"}")),
          Map.entry(
              "persistentvolumes",
              KindStrategy.of(
                      PersistentVolumeValidation::validate,
                      PersistentVolumeValidation::validateUpdate)
                  .emptyStatus("{\"phase\":\"Pending\"}")
                  .beforeCreate(KindStrategies::datePhase)
                  .beforeStatusUpdate(KindStrategies::datePhaseChange)),
          Map.entry(
              "podtemplates",
              KindStrategy.of(
                      ControllerValidation::podTemplate, ControllerValidation::podTemplateUpdate)
                  .generational()),
          Map.entry(
              "replicationcontrollers",
              KindStrategy.of(
                      ControllerValidation::replicationController,
                      ControllerValidation::replicationControllerUpdate)
                  .statusUpdate(ControllerValidation::replicationControllerStatus)
                  .generational()
                  .emptyStatus("{\"replicas\":0}")),
          Map.entry(
              "resourcequotas",
              KindStrategy.of(QuotaValidation::validate, QuotaValidation::validateUpdate)
                  .statusUpdate(QuotaValidation::validateStatusUpdate)),
          Map.entry(
              "controllerrevisions.apps",
              KindStrategy.of(
                  ControllerValidation::revision, ControllerValidation::revisionUpdate)),
          Map.entry(
              "deployments.apps",
              KindStrategy.of(WorkloadValidation::deployment, WorkloadValidation::deploymentUpdate)
                  .statusUpdate(WorkloadValidation::deploymentStatus)
                  .beforeUpdate(KindStrategies::countAnnotations)
                  .beforeStatusUpdate(KindStrategies::keepLabels)
                  .generational()),
          Map.entry(
              "replicasets.apps",
              KindStrategy.of(WorkloadValidation::replicaSet, WorkloadValidation::replicaSetUpdate)
                  .statusUpdate(WorkloadValidation::replicaSetStatus)
                  .generational()
                  .emptyStatus("{\"replicas\":0}")),
          Map.entry(
              "daemonsets.apps",
              KindStrategy.of(DaemonSetValidation::validate, DaemonSetValidation::validateUpdate)
                  .statusUpdate(DaemonSetValidation::validateStatusUpdate)
                  .beforeCreate(set -> countTemplate(set, 1))
                  .beforeUpdate(KindStrategies::countTemplates)
                  .generational()
                  .emptyStatus(
                      """
                      {"currentNumberScheduled":0,"desiredNumberScheduled":0,
                       "numberMisscheduled":0,"numberReady":0}\
                      """)),
          Map.entry(
              "statefulsets.apps",
              KindStrategy.of(
                      StatefulSetValidation::validate, StatefulSetValidation::validateUpdate)
                  .statusUpdate(StatefulSetValidation::validateStatusUpdate)
                  .generational()
                  .emptyStatus("{\"availableReplicas\":0,\"replicas\":0}")),
          Map.entry(
              "horizontalpodautoscalers.autoscaling",
              KindStrategy.of(AutoscalerValidation::validate, AutoscalerValidation::validateUpdate)
                  .statusUpdate(AutoscalerValidation::validateStatusUpdate)
                  .emptyStatus("{\"currentMetrics\":null,\"desiredReplicas\":0}")),
          Map.entry(
              "cronjobs.batch",
              KindStrategy.of(CronJobValidation::validate, CronJobValidation::validateUpdate)
                  .generational()),
          Map.entry(
              "jobs.batch",
              KindStrategy.of(JobValidation::validate, JobValidation::validateUpdate)
                  .statusUpdate(JobValidation::validateStatusUpdate)
                  .beforeCreate(JobSelectors::generate)
                  .generational()),
          Map.entry(
              "poddisruptionbudgets.policy",
              KindStrategy.of(ClassValidation::budget, ClassValidation::budgetUpdate)
                  .statusUpdate(ClassValidation::budgetStatusUpdate)
                  .conditional()
                  .generational()
                  .emptyStatus(
                      """
                      {"currentHealthy":0,"desiredHealthy":0,"disruptionsAllowed":0,
                       "expectedPods":0}\
                      """)),
          Map.entry(
              "ingressclasses.networking.k8s.io",
              KindStrategy.of(
                      IngressValidation::ingressClass, IngressValidation::ingressClassUpdate)
                  .generational()),
          Map.entry(
              "ingresses.networking.k8s.io",
              KindStrategy.of(IngressValidation::validate, IngressValidation::validateUpdate)
                  .statusUpdate(IngressValidation::validateStatusUpdate)
                  .generational()
                  .emptyStatus("{\"loadBalancer\":{}}")),
          Map.entry(
              "ipaddresses.networking.k8s.io",
              KindStrategy.of(NetworkValidation::address, NetworkValidation::addressUpdate)),
          Map.entry(
              "networkpolicies.networking.k8s.io",
              KindStrategy.of(NetworkValidation::policy, NetworkValidation::policyUpdate)
                  .generational()),
          Map.entry(
              "servicecidrs.networking.k8s.io",
              KindStrategy.of(
                      NetworkValidation::serviceRange, NetworkValidation::serviceRangeUpdate)
                  .metadataOfSpec()),
          Map.entry(
              "csidrivers.storage.k8s.io",
              KindStrategy.of(StorageValidation::driver, StorageValidation::driverUpdate)
                  .conditional()),
          Map.entry(
              "csinodes.storage.k8s.io",
              KindStrategy.of(StorageValidation::node, StorageValidation::nodeUpdate)
                  .conditional()),
          Map.entry(
              "csistoragecapacities.storage.k8s.io",
              KindStrategy.of(StorageValidation::capacity, StorageValidation::capacityUpdate)
                  .conditional()),
          Map.entry(
              "storageclasses.storage.k8s.io",
              KindStrategy.of(
                  StorageValidation::storageClass, StorageValidation::storageClassUpdate)),
          Map.entry(
              "volumeattachments.storage.k8s.io",
              KindStrategy.of(StorageValidation::attachment, StorageValidation::attachmentUpdate)
                  .statusUpdate(StorageValidation::attachmentUpdate)
                  .metadataOfSpec()
                  .conditional()
                  .emptyStatus("{\"attached\":false}")),
          Map.entry(
              "volumeattributesclasses.storage.k8s.io",
              KindStrategy.of(
                  StorageValidation::attributesClass, StorageValidation::attributesClassUpdate)),
          Map.entry(
              "priorityclasses.scheduling.k8s.io",
              KindStrategy.of(ClassValidation::priorityClass, ClassValidation::priorityClassUpdate)
                  .generational()),
          Map.entry(
              "runtimeclasses.node.k8s.io",
              KindStrategy.of(ClassValidation::runtimeClass, ClassValidation::runtimeClassUpdate)
                  .conditional()),
          Map.entry(
              "flowschemas.flowcontrol.apiserver.k8s.io",
              KindStrategy.of(
                      FlowControlValidation::flowSchema, FlowControlValidation::flowSchemaUpdate)
                  .statusUpdate(FlowControlValidation::statusUpdate)
                  .metadataOfSpec()
                  .generational()),
          Map.entry(
              "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
              KindStrategy.of(
                      PriorityLevelValidation::validate, PriorityLevelValidation::validateUpdate)
                  .statusUpdate(FlowControlValidation::statusUpdate)
                  .metadataOfSpec()
                  .generational()),
          Map.entry(
              "mutatingadmissionpolicies.admissionregistration.k8s.io",
              admission(AdmissionValidation.MUTATING_POLICY)),
          Map.entry(
              "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
              admission(AdmissionValidation.MUTATING_BINDING)),
          Map.entry(
              "mutatingwebhookconfigurations.admissionregistration.k8s.io",
              admission(AdmissionValidation.MUTATING_WEBHOOKS)),
          Map.entry(
              "validatingadmissionpolicies.admissionregistration.k8s.io",
              admission(AdmissionValidation.VALIDATING_POLICY)),
          Map.entry(
              "validatingadmissionpolicybindings.admissionregistration.k8s.io",
              admission(AdmissionValidation.VALIDATING_BINDING)),
          Map.entry(
              "validatingwebhookconfigurations.admissionregistration.k8s.io",
              admission(AdmissionValidation.VALIDATING_WEBHOOKS)),
          Map.entry(
              "deviceclasses.resource.k8s.io",
              KindStrategy.of(DeviceValidation::deviceClass, DeviceValidation::deviceClassUpdate)
                  .generational()),
          Map.entry(
              "resourceclaims.resource.k8s.io",
              KindStrategy.of(DeviceValidation::claim, DeviceValidation::claimUpdate)
                  .statusUpdate(DeviceValidation::claimStatus)
                  .metadataOfSpec()),
          Map.entry(
              "resourceclaimtemplates.resource.k8s.io",
              KindStrategy.of(DeviceValidation::template, DeviceValidation::templateUpdate)),
          Map.entry(
              "resourceslices.resource.k8s.io",
              KindStrategy.of(
                      ResourceSliceValidation::validate, ResourceSliceValidation::validateUpdate)
                  .generational()));

  private KindStrategies() {}

  /**
   * @param resource as {@code GroupResource} prints it
   */
  static Optional<Strategy> of(String resource) {
    return Optional.ofNullable(ALL.get(resource));
  }

  private static KindStrategy admission(AdmissionValidation validation) {
    return KindStrategy.of(validation::validate, validation::validateUpdate)
        .conditional()
        .generational();
  }

  /**
   * The two fields that name what a claim is filled from say the same, as far as the older one can
   * say it.
   */
  private static void agreeOnSource(ObjectNode claim) {
    if (!(claim.get("spec") instanceof ObjectNode spec)) {
      return;
    }
    if (spec.hasNonNull("dataSource") && !spec.hasNonNull("dataSourceRef")) {
      spec.set("dataSourceRef", spec.get("dataSource").deepCopy());
    } else if (spec.hasNonNull("dataSourceRef")
        && !spec.hasNonNull("dataSource")
        && spec.path("dataSourceRef").path("namespace").asText("").isEmpty()
        && VolumeClaimValidation.isClassicSource(spec.path("dataSourceRef"))) {
      spec.set("dataSource", spec.get("dataSourceRef").deepCopy());
    }
  }

  /** A new volume has been in its phase since it was made. */
  private static void datePhase(ObjectNode volume) {
    volume
        .withObject("status")
        .put("lastPhaseTransitionTime", ObjectMeta.text(volume, "creationTimestamp"));
  }

  private static void datePhaseChange(ObjectNode volume, ObjectNode current, Instant now) {
    if (!volume.at("/status/phase").equals(current.at("/status/phase"))
        && volume
            .at("/status/lastPhaseTransitionTime")
            .equals(current.at("/status/lastPhaseTransitionTime"))) {
      volume.withObject("status").put("lastPhaseTransitionTime", ObjectMeta.time(now));
    }
  }

  /** A Deployment's count as its spec does, for ReplicaSets get them from there. */
  private static void countAnnotations(ObjectNode deployment, ObjectNode current) {
    JsonNode now = deployment.at("/metadata/annotations");
    JsonNode before = current.at("/metadata/annotations");
    boolean none = now.isEmpty() && before.isEmpty();
    if (!none && !now.equals(before) && !MetadataRules.changesSpec(deployment, current)) {
      ObjectMeta.countGeneration(deployment);
    }
  }

  private static void keepLabels(ObjectNode deployment, ObjectNode current, Instant now) {
    ObjectMeta.copy(ObjectMeta.of(current), ObjectMeta.of(deployment), "labels");
  }

  /** How often a DaemonSet's template was changed, which clients of old read. */
  private static void countTemplates(ObjectNode set, ObjectNode current) {
    long before = current.path("metadata").path("annotations").path(TEMPLATES).asLong(1);
    boolean same = set.at("/spec/template").equals(current.at("/spec/template"));
    countTemplate(set, same ? before : before + 1);
  }

  private static void countTemplate(ObjectNode set, long count) {
    ObjectMeta.of(set).withObject("annotations").put(TEMPLATES, Long.toString(count));
  }
}
