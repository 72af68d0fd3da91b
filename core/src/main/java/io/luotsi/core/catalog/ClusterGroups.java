package io.luotsi.core.catalog;

import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.catalog.columns.CoreColumns;
import io.luotsi.core.catalog.columns.ExtensionColumns;
import io.luotsi.core.catalog.columns.PolicyColumns;
import io.luotsi.core.catalog.defaults.ExtensionDefaults;
import java.util.List;
import java.util.Set;

/** The groups of what orders the cluster itself and access to its API. */
final class ClusterGroups {
  private ClusterGroups() {}

  static List<TypeRow> registration(BuiltInSchemas schemas) {
    String apiVersion = "apiregistration.k8s.io/v1";
    String definitions = "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.";
    return List.of(
        new VersionRows(schemas, apiVersion, definitions)
            .row("apiservices", "APIService")
            .categories("api-extensions")
            .clusterScoped()
            .status()
            .defaults(ExtensionDefaults::apiService)
            .columns(ExtensionColumns.API_SERVICES));
  }

  static List<TypeRow> certificates(BuiltInSchemas schemas) {
    VersionRows certificates = VersionRows.of(schemas, "certificates.k8s.io/v1", "certificates");
    return List.of(
        certificates
            .row("certificatesigningrequests", "CertificateSigningRequest")
            .shortNames("csr")
            .clusterScoped()
            .subresource(
                "approval",
                GroupVersionKind.of("certificates.k8s.io/v1", "CertificateSigningRequest"),
                Set.of(Verb.GET, Verb.PATCH, Verb.UPDATE),
                certificates.schema("CertificateSigningRequest"))
            .status()
            .selectable("spec.signerName")
            .columns(ExtensionColumns.SIGNING_REQUESTS));
  }

  static List<TypeRow> admission(BuiltInSchemas schemas) {
    VersionRows admission =
        VersionRows.of(schemas, "admissionregistration.k8s.io/v1", "admissionregistration");
    return List.of(
            admission
                .row("mutatingadmissionpolicies", "MutatingAdmissionPolicy")
                .columns(ExtensionColumns.MUTATING_POLICIES),
            admission
                .row("mutatingadmissionpolicybindings", "MutatingAdmissionPolicyBinding")
                .columns(ExtensionColumns.POLICY_BINDINGS),
            admission
                .row("mutatingwebhookconfigurations", "MutatingWebhookConfiguration")
                .columns(ExtensionColumns.WEBHOOKS),
            admission
                .row("validatingadmissionpolicies", "ValidatingAdmissionPolicy")
                .status()
                .columns(ExtensionColumns.VALIDATING_POLICIES),
            admission
                .row("validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding")
                .columns(ExtensionColumns.POLICY_BINDINGS),
            admission
                .row("validatingwebhookconfigurations", "ValidatingWebhookConfiguration")
                .columns(ExtensionColumns.WEBHOOKS))
        .stream()
        .map(row -> row.clusterScoped().categories("api-extensions"))
        .toList();
  }

  static List<TypeRow> extensions(BuiltInSchemas schemas) {
    String apiVersion = "apiextensions.k8s.io/v1";
    String definitions = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";
    return List.of(
        new VersionRows(schemas, apiVersion, definitions)
            .row("customresourcedefinitions", "CustomResourceDefinition")
            .shortNames("crd", "crds")
            .categories("api-extensions")
            .clusterScoped()
            .status()
            .defaults(ExtensionDefaults::definition));
  }

  static List<TypeRow> scheduling(BuiltInSchemas schemas) {
    return List.of(
        VersionRows.of(schemas, "scheduling.k8s.io/v1", "scheduling")
            .row("priorityclasses", "PriorityClass")
            .shortNames("pc")
            .clusterScoped()
            .columns(PolicyColumns.PRIORITY_CLASSES));
  }

  static List<TypeRow> coordination(BuiltInSchemas schemas) {
    return List.of(
        VersionRows.of(schemas, "coordination.k8s.io/v1", "coordination")
            .row("leases", "Lease")
            .columns(CoreColumns.LEASES));
  }

  static List<TypeRow> node(BuiltInSchemas schemas) {
    return List.of(
        VersionRows.of(schemas, "node.k8s.io/v1", "node")
            .row("runtimeclasses", "RuntimeClass")
            .clusterScoped()
            .columns(PolicyColumns.RUNTIME_CLASSES));
  }

  static List<TypeRow> flowControl(BuiltInSchemas schemas) {
    VersionRows flowControl =
        VersionRows.of(schemas, "flowcontrol.apiserver.k8s.io/v1", "flowcontrol");
    return List.of(
        flowControl
            .row("flowschemas", "FlowSchema")
            .clusterScoped()
            .status()
            .columns(PolicyColumns.FLOW_SCHEMAS),
        flowControl
            .row("prioritylevelconfigurations", "PriorityLevelConfiguration")
            .clusterScoped()
            .status()
            .columns(PolicyColumns.PRIORITY_LEVELS));
  }
}
