package io.luotsi.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.StructuralSchema.ListType;
import io.luotsi.core.catalog.StructuralSchema.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuiltInCatalogTest {
  private final BuiltInCatalog catalog = BuiltInCatalog.load();

  @Test
  void groupsComeInUpstreamsOrderAndResourcesByName() {
    assertThat(catalog.types())
        .extracting(type -> type.groupResource().toString())
        .containsExactly(
            "bindings",
            "componentstatuses",
            "configmaps",
            "endpoints",
            "events",
            "limitranges",
            "namespaces",
            "nodes",
            "persistentvolumeclaims",
            "persistentvolumes",
            "pods",
            "podtemplates",
            "replicationcontrollers",
            "resourcequotas",
            "secrets",
            "serviceaccounts",
            "services",
            "apiservices.apiregistration.k8s.io",
            "controllerrevisions.apps",
            "daemonsets.apps",
            "deployments.apps",
            "replicasets.apps",
            "statefulsets.apps",
            "events.events.k8s.io",
            "selfsubjectreviews.authentication.k8s.io",
            "tokenreviews.authentication.k8s.io",
            "localsubjectaccessreviews.authorization.k8s.io",
            "selfsubjectaccessreviews.authorization.k8s.io",
            "selfsubjectrulesreviews.authorization.k8s.io",
            "subjectaccessreviews.authorization.k8s.io",
            "horizontalpodautoscalers.autoscaling",
            "horizontalpodautoscalers.autoscaling",
            "cronjobs.batch",
            "jobs.batch",
            "certificatesigningrequests.certificates.k8s.io",
            "ingressclasses.networking.k8s.io",
            "ingresses.networking.k8s.io",
            "ipaddresses.networking.k8s.io",
            "networkpolicies.networking.k8s.io",
            "servicecidrs.networking.k8s.io",
            "poddisruptionbudgets.policy",
            "clusterrolebindings.rbac.authorization.k8s.io",
            "clusterroles.rbac.authorization.k8s.io",
            "rolebindings.rbac.authorization.k8s.io",
            "roles.rbac.authorization.k8s.io",
            "csidrivers.storage.k8s.io",
            "csinodes.storage.k8s.io",
            "csistoragecapacities.storage.k8s.io",
            "storageclasses.storage.k8s.io",
            "volumeattachments.storage.k8s.io",
            "volumeattributesclasses.storage.k8s.io",
            "mutatingadmissionpolicies.admissionregistration.k8s.io",
            "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
            "mutatingwebhookconfigurations.admissionregistration.k8s.io",
            "validatingadmissionpolicies.admissionregistration.k8s.io",
            "validatingadmissionpolicybindings.admissionregistration.k8s.io",
            "validatingwebhookconfigurations.admissionregistration.k8s.io",
            "customresourcedefinitions.apiextensions.k8s.io",
            "priorityclasses.scheduling.k8s.io",
            "leases.coordination.k8s.io",
            "runtimeclasses.node.k8s.io",
            "endpointslices.discovery.k8s.io",
            "deviceclasses.resource.k8s.io",
            "resourceclaims.resource.k8s.io",
            "resourceclaimtemplates.resource.k8s.io",
            "resourceslices.resource.k8s.io",
            "flowschemas.flowcontrol.apiserver.k8s.io",
            "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io");
  }

  @Test
  void aKindIsFoundByEachOfItsNames() {
    ResourceType deployments =
        catalog.find(GroupVersionResource.of("apps/v1", "deployments")).orElseThrow();

    assertThat(catalog.find(GroupVersionKind.of("apps/v1", "Deployment"))).contains(deployments);
    assertThat(catalog.stored(GroupResource.parse("deployments.apps"))).contains(deployments);
    assertThat(catalog.find(GroupVersionResource.of("apps/v1beta1", "deployments"))).isEmpty();
    assertThat(deployments.singular()).isEqualTo("deployment");
    assertThat(deployments.subresource("scale").orElseThrow().kind())
        .isEqualTo(GroupVersionKind.of("autoscaling/v1", "Scale"));
    assertThat(deployments.subresource("scale").orElseThrow().schema().property("spec"))
        .isPresent();
  }

  @Test
  void everyKindsSchemaNamesItself() {
    assertThat(catalog.types())
        .allSatisfy(
            type -> {
              assertThat(type.schema().goName()).isEqualTo(type.kind().kind());
              assertThat(type.schema().properties()).containsKeys("apiVersion", "kind", "metadata");
            });
  }

  @Test
  void schemasCarryTypesAndMergeRules() {
    StructuralSchema spec = type("pods").schema().property("spec").orElseThrow();
    StructuralSchema containers = spec.property("containers").orElseThrow();
    StructuralSchema container = containers.element();
    StructuralSchema requests =
        container.property("resources").flatMap(s -> s.property("requests")).orElseThrow();

    assertThat(containers.type()).isEqualTo(Type.ARRAY);
    assertThat(containers.listType()).isEqualTo(ListType.MAP);
    assertThat(containers.listMapKeys()).containsExactly("name");
    assertThat(containers.patchStrategies()).containsExactly("merge");
    assertThat(containers.patchMergeKey()).isEqualTo("name");
    assertThat(container.definition()).isEqualTo("io.k8s.api.core.v1.Container");
    assertThat(requests.type()).isEqualTo(Type.MAP);
    assertThat(requests.element().type()).isEqualTo(Type.QUANTITY);
    assertThat(spec.property("tolerations").orElseThrow().listType()).isEqualTo(ListType.ATOMIC);
    assertThat(spec.property("nodeSelector").orElseThrow().atomic()).isTrue();
    assertThat(spec.property("restartPolicy").flatMap(StructuralSchema::defaultValue))
        .contains(new TextNode("Always"));
  }

  @Test
  void datesKeepTheirPrecision() {
    StructuralSchema lease = type("leases").schema();

    assertThat(typeAt(lease, "spec", "renewTime")).isEqualTo(Type.MICRO_TIME);
    assertThat(typeAt(lease, "metadata", "creationTimestamp")).isEqualTo(Type.TIME);
    assertThat(typeAt(type("secrets").schema(), "data")).isEqualTo(Type.MAP);
    assertThat(type("secrets").schema().property("data").orElseThrow().element().type())
        .isEqualTo(Type.BYTES);
  }

  @Test
  void onlyEventsExpire() {
    assertThat(catalog.types().stream().filter(type -> type.timeToLive().isPresent()))
        .extracting(type -> type.stored())
        .containsExactly(type("events"), type("events"));
    assertThat(type("events").timeToLive()).contains(Duration.ofHours(1));
  }

  @Test
  void anEventsSourceIsSelectedByItsComponent() {
    StoredObject event =
        StoredObject.parse(
            """
            {"metadata":{"name":"e","namespace":"n","uid":"u","resourceVersion":"7"},
             "source":{"component":"kubelet","host":"h"},"reason":"Started"}\
            """
                .getBytes(StandardCharsets.UTF_8),
            type("events").selectable());

    assertThat(FieldSelector.equal("source", "kubelet").matches(event)).isTrue();
    assertThat(event.field("reason")).isEqualTo("Started");
  }

  @Test
  void absentSelectableFieldsHaveTheZeroOfTheirType() {
    StoredObject pod =
        StoredObject.parse(
            """
            {"metadata":{"name":"p","namespace":"n","uid":"u","resourceVersion":"7"}}\
            """
                .getBytes(StandardCharsets.UTF_8),
            type("pods").selectable());

    assertThat(List.of(pod.field("spec.hostNetwork"), pod.field("spec.nodeName")))
        .containsExactly("false", "");
  }

  private static Type typeAt(StructuralSchema schema, String... path) {
    StructuralSchema at = schema;
    for (String name : path) {
      at = at.property(name).orElseThrow();
    }
    return at.type();
  }

  private ResourceType type(String plural) {
    return catalog.types().stream()
        .filter(type -> type.plural().equals(plural))
        .findFirst()
        .orElseThrow();
  }
}
