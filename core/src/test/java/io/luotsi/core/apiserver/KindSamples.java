package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.ResourceType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A good object of each built-in kind, and changes of it that are good, too. */
public final class KindSamples {
  /**
   * @param body without metadata; {@code PODS} stands for a pod template's content
   * @param change of anything but metadata and status, as a merge patch; empty if nothing may
   *     change
   * @param status as a merge patch of the object; empty if the kind has none
   */
  public record Sample(String body, String change, String status) {
    public ObjectNode object(String name) {
      ObjectNode object = Requests.json(body.replace("PODS", PODS));
      object.putObject("metadata").put("name", name);
      return object;
    }
  }

  private static final String PODS =
      "{'metadata': {'labels': {'app': 'x'}}, 'spec': {'containers': [{'name': 'c', 'image':"
          + " 'i'}]}}";
  private static final String ENDING_PODS =
      "{'spec': {'restartPolicy': 'Never', 'containers': [{'name': 'c', 'image': 'i'}]}}";
  private static final String SELECTED = "'selector': {'matchLabels': {'app': 'x'}}";
  private static final String CSR =
      "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIbU1JR05BZ0VBTUNzeEREQUtCZ05W"
          + "QkFvTUEyUmxkakVNTUFvR0ExVUVDZ3dEYjNCek1RMHdDd1lEVlFRRApEQVJxWVc1bE1Ga3dFd1lIS29a"
          + "SXpqMENBUVlJS29aSXpqMERBUWNEUWdBRW9iUXpNbE5vMmxHQmQ2eDNxSVdJCmlSZ1NmaDREZ2FoZS80"
          + "cktRbkZmdVM0Z3N4VHd6N1kvdXhTSWdGM3pZaDVlb1dYMEFuaEFmdmlVQlR6b3lVTS8KSmFBQU1Bb0dD"
          + "Q3FHU000OUJBTUNBMGdBTUVVQ0lRQ0Y2M3FFWjBrQXZoN2VQWTBlL3k2QjdNWmxQaE9lazRWOApDSlNq"
          + "WjRTQnRRSWdiejUyd3ZHeWIyYURGQjlhSkU5MDd4cmNLbTJLRTFRRWF4ZEUyYUJNZDBRPQotLS0tLUVO"
          + "RCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K";
  private static final String RULE =
      "{'apiGroups': [''], 'apiVersions': ['v1'], 'operations': ['CREATE'], 'resources': ['pods']}";
  private static final String WEBHOOKS =
      "{'webhooks': [{'name': 'a.b.c', 'sideEffects': 'None', 'admissionReviewVersions': ['v1'],"
          + " 'clientConfig': {'url': 'https://h/x'}, 'rules': ["
          + RULE
          + "]}]}";
  private static final String CONDITION =
      "{'status': {'conditions': [{'type': 'T', 'status': 'True'}]}}";

  /** By resource and group, as {@code GroupResource} prints them. */
  private static final Map<String, Sample> ALL = new LinkedHashMap<>();

  static {
    core();
    workloads();
    networks();
    storage();
    cluster();
    roles();
  }

  private KindSamples() {}

  private static void add(String resource, String body, String change, String status) {
    ALL.put(resource, new Sample(body, change, status));
  }

  private static void core() {
    add("configmaps", "{'data': {'a': 'b'}}", "{'data': {'a': 'c'}}", "");
    add(
        "endpoints",
        "{'subsets': [{'addresses': [{'ip': '10.1.2.3'}], 'ports': [{'port': 80}]}]}",
        "{'subsets': [{'notReadyAddresses': [{'ip': '10.1.2.3'}], 'ports': [{'port': 80}]}]}",
        "");
    add(
        "events",
        "{'involvedObject': {'namespace': 'default'}, 'reason': 'R'}",
        "{'reason': 'S'}",
        "");
    add(
        "events.events.k8s.io",
        "{'regarding': {'namespace': 'default'}, 'eventTime': '2026-01-02T03:04:05.000006Z',"
            + " 'reason': 'R', 'type': 'Normal', 'action': 'A', 'reportingController': 'a.io/b',"
            + " 'reportingInstance': 'i'}",
        "{'series': {'count': 2, 'lastObservedTime': '2026-01-02T03:04:06.000000Z'}}",
        "");
    add(
        "limitranges",
        "{'spec': {'limits': [{'type': 'Container', 'max': {'cpu': '2'}}]}}",
        "{'spec': {'limits': []}}",
        "");
    add("namespaces", "{}", "", "{'status': {'phase': 'Active', 'conditions': []}}");
    add(
        "nodes",
        "{}",
        "{'spec': {'unschedulable': true}}",
        "{'status': {'capacity': {'cpu': '4'}}}");
    add(
        "persistentvolumeclaims",
        "{'spec': {'accessModes': ['ReadWriteOnce'], 'resources': {'requests': {'storage':"
            + " '1Gi'}}}}",
        "{'spec': {'volumeName': 'v'}}",
        "{'status': {'phase': 'Bound'}}");
    add(
        "persistentvolumes",
        "{'spec': {'capacity': {'storage': '1Gi'}, 'accessModes': ['ReadWriteOnce'], 'hostPath':"
            + " {'path': '/x'}}}",
        "{'spec': {'persistentVolumeReclaimPolicy': 'Delete'}}",
        "{'status': {'phase': 'Available'}}");
    add(
        "pods",
        "{'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}",
        "{'spec': {'activeDeadlineSeconds': 9}}",
        "{'status': {'phase': 'Running'}}");
    add("podtemplates", "{'template': PODS}", "{'template': {'spec': {'hostname': 'h'}}}", "");
    add(
        "replicationcontrollers",
        "{'spec': {'template': PODS}}",
        "{'spec': {'replicas': 4}}",
        "{'status': {'replicas': 1}}");
    add(
        "resourcequotas",
        "{'spec': {'hard': {'pods': '3'}}}",
        "{'spec': {'hard': {'pods': '4'}}}",
        "{'status': {'used': {'pods': '1'}}}");
    add("secrets", "{'data': {'a': 'eA=='}}", "{'data': {'a': 'eQ=='}}", "");
    add("serviceaccounts", "{}", "{'automountServiceAccountToken': false}", "");
    add(
        "services",
        "{'spec': {'ports': [{'port': 80}]}}",
        "{'spec': {'sessionAffinity': 'ClientIP'}}",
        CONDITION);
  }

  private static void workloads() {
    add("controllerrevisions.apps", "{'data': {'a': 1}, 'revision': 1}", "{'revision': 2}", "");
    add(
        "daemonsets.apps",
        "{'spec': {" + SELECTED + ", 'template': PODS}}",
        "{'spec': {'minReadySeconds': 3}}",
        "{'status': {'numberReady': 2}}");
    add(
        "deployments.apps",
        "{'spec': {" + SELECTED + ", 'template': PODS}}",
        "{'spec': {'replicas': 4}}",
        "{'status': {'replicas': 2}}");
    add(
        "replicasets.apps",
        "{'spec': {" + SELECTED + ", 'template': PODS}}",
        "{'spec': {'replicas': 4}}",
        "{'status': {'replicas': 2}}");
    add(
        "statefulsets.apps",
        "{'spec': {" + SELECTED + ", 'serviceName': 's', 'template': PODS}}",
        "{'spec': {'replicas': 4}}",
        "{'status': {'replicas': 2}}");
    add(
        "horizontalpodautoscalers.autoscaling",
        "{'spec': {'maxReplicas': 3, 'scaleTargetRef': {'kind': 'Deployment', 'name': 'd',"
            + " 'apiVersion': 'apps/v1'}}}",
        "{'spec': {'maxReplicas': 4}}",
        "{'status': {'currentReplicas': 2}}");
    add(
        "cronjobs.batch",
        "{'spec': {'schedule': '*/5 * * * *', 'jobTemplate': {'spec': {'template': "
            + ENDING_PODS
            + "}}}}",
        "{'spec': {'suspend': true}}",
        "{'status': {'lastScheduleTime': '2026-01-02T03:00:00Z'}}");
    add(
        "jobs.batch",
        "{'spec': {'template': " + ENDING_PODS + "}}",
        "{'spec': {'parallelism': 2}}",
        "{'status': {'active': 1}}");
    add(
        "poddisruptionbudgets.policy",
        "{'spec': {'minAvailable': 1, " + SELECTED + "}}",
        "{'spec': {'minAvailable': 2}}",
        "{'status': {'expectedPods': 3}}");
  }

  private static void networks() {
    add(
        "ingressclasses.networking.k8s.io",
        "{'spec': {'controller': 'acme.io/c'}}",
        "{'spec': {'parameters': {'kind': 'K', 'name': 'n'}}}",
        "");
    add(
        "ingresses.networking.k8s.io",
        "{'spec': {'defaultBackend': {'service': {'name': 's', 'port': {'number': 80}}}}}",
        "{'spec': {'ingressClassName': 'c'}}",
        "{'status': {'loadBalancer': {'ingress': [{'ip': '1.2.3.4'}]}}}");
    add(
        "ipaddresses.networking.k8s.io",
        "{'spec': {'parentRef': {'resource': 'services', 'namespace': 'default', 'name': 's'}}}",
        "",
        "");
    add(
        "networkpolicies.networking.k8s.io",
        "{'spec': {'podSelector': {'matchLabels': {'app': 'x'}}}}",
        "{'spec': {'egress': [{'ports': [{'port': 53, 'protocol': 'UDP'}]}]}}",
        "");
    add(
        "servicecidrs.networking.k8s.io",
        "{'spec': {'cidrs': ['10.1.0.0/16']}}",
        "{'spec': {'cidrs': ['10.1.0.0/16', 'fd00::/64']}}",
        "{'status': {'conditions': [{'type': 'Ready', 'status': 'True', 'reason': 'R', 'message':"
            + " '', 'lastTransitionTime': '2026-01-02T03:00:00Z'}]}}");
    add(
        "endpointslices.discovery.k8s.io",
        "{'addressType': 'IPv4', 'endpoints': [{'addresses': ['10.1.2.3']}]}",
        "{'endpoints': [{'addresses': ['10.1.2.4']}]}",
        "");
  }

  private static void storage() {
    add("csidrivers.storage.k8s.io", "{'spec': {}}", "{'spec': {'requiresRepublish': true}}", "");
    add(
        "csinodes.storage.k8s.io",
        "{'spec': {'drivers': [{'name': 'd.io', 'nodeID': 'n'}]}}",
        "{'spec': {'drivers': []}}",
        "");
    add(
        "csistoragecapacities.storage.k8s.io",
        "{'storageClassName': 'c', 'capacity': '1Gi'}",
        "{'capacity': '2Gi'}",
        "");
    add(
        "storageclasses.storage.k8s.io",
        "{'provisioner': 'acme.io/p', 'parameters': {'a': 'b'}}",
        "{'allowVolumeExpansion': true}",
        "");
    add(
        "volumeattachments.storage.k8s.io",
        "{'spec': {'attacher': 'd.io', 'nodeName': 'n', 'source': {'persistentVolumeName': 'v'}}}",
        "",
        "{'status': {'attached': true}}");
    add(
        "volumeattributesclasses.storage.k8s.io",
        "{'driverName': 'd.io', 'parameters': {'a': 'b'}}",
        "",
        "");
    add(
        "deviceclasses.resource.k8s.io",
        "{'spec': {'selectors': [{'cel': {'expression': 'true'}}]}}",
        "{'spec': {'selectors': []}}",
        "");
    String devices =
        "{'devices': {'requests': [{'name': 'r', 'exactly': {'deviceClassName': 'c'}}]}}";
    add(
        "resourceclaims.resource.k8s.io",
        "{'spec': " + devices + "}",
        "",
        "{'status': {'allocation': {}}}");
    add("resourceclaimtemplates.resource.k8s.io", "{'spec': {'spec': " + devices + "}}", "", "");
    add(
        "resourceslices.resource.k8s.io",
        "{'spec': {'driver': 'd.io', 'nodeName': 'n', 'pool': {'name': 'p', 'generation': 1,"
            + " 'resourceSliceCount': 1}, 'devices': [{'name': 'd'}]}}",
        "{'spec': {'devices': []}}",
        "");
  }

  private static void roles() {
    String rules = "'rules': [{'apiGroups': [''], 'resources': ['pods'], 'verbs': ['get']}]";
    String who =
        "'subjects': [{'kind': 'User', 'name': 'jane', 'apiGroup': 'rbac.authorization.k8s.io'}]";
    String role =
        "{'roleRef': {'kind': '%s', 'name': 'r', 'apiGroup': 'rbac.authorization.k8s.io'}, ";
    for (String plural : List.of("roles", "clusterroles")) {
      add(plural + ".rbac.authorization.k8s.io", "{" + rules + "}", "{'rules': []}", "");
    }
    add(
        "rolebindings.rbac.authorization.k8s.io",
        role.formatted("Role") + who + "}",
        "{'subjects': []}",
        "");
    add(
        "clusterrolebindings.rbac.authorization.k8s.io",
        role.formatted("ClusterRole") + who + "}",
        "{'subjects': []}",
        "");
  }

  private static void cluster() {
    add(
        "certificatesigningrequests.certificates.k8s.io",
        "{'spec': {'request': '"
            + CSR
            + "', 'signerName': 'acme.io/s', 'usages': ['client auth']}}",
        "",
        "{'status': {'conditions': [{'type': 'Failed', 'status': 'True'}]}}");
    String constraints = "'matchConstraints': {'resourceRules': [" + RULE + "]}";
    add(
        "mutatingadmissionpolicies.admissionregistration.k8s.io",
        "{'spec': {'reinvocationPolicy': 'Never', 'mutations': [{'patchType':"
            + " 'ApplyConfiguration', 'applyConfiguration': {'expression': 'Object{}'}}], "
            + constraints
            + "}}",
        "{'spec': {'reinvocationPolicy': 'IfNeeded'}}",
        "");
    add(
        "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
        "{'spec': {'policyName': 'p'}}",
        "{'spec': {'policyName': 'q'}}",
        "");
    add(
        "mutatingwebhookconfigurations.admissionregistration.k8s.io",
        WEBHOOKS,
        "{'webhooks': []}",
        "");
    add(
        "validatingadmissionpolicies.admissionregistration.k8s.io",
        "{'spec': {'validations': [{'expression': 'true'}], " + constraints + "}}",
        "{'spec': {'failurePolicy': 'Ignore'}}",
        "{'status': {'observedGeneration': 1}}");
    add(
        "validatingadmissionpolicybindings.admissionregistration.k8s.io",
        "{'spec': {'policyName': 'p', 'validationActions': ['Deny']}}",
        "{'spec': {'validationActions': ['Warn']}}",
        "");
    add(
        "validatingwebhookconfigurations.admissionregistration.k8s.io",
        WEBHOOKS,
        "{'webhooks': []}",
        "");
    add(
        "apiservices.apiregistration.k8s.io",
        "{'spec': {'group': 'example.com', 'version': 'v1', 'groupPriorityMinimum': 1000,"
            + " 'versionPriority': 15}}",
        "{'spec': {'versionPriority': 16}}",
        CONDITION);
    add(
        "customresourcedefinitions.apiextensions.k8s.io",
        "{'spec': {'group': 'example.com', 'scope': 'Cluster', 'names': {'plural': 'xs', 'kind':"
            + " 'X'}, 'versions': [{'name': 'v1', 'served': true, 'storage': true, 'schema':"
            + " {'openAPIV3Schema': {'type': 'object'}}}]}}",
        "{'spec': {'names': {'shortNames': ['x']}}}",
        CONDITION);
    add(
        "priorityclasses.scheduling.k8s.io",
        "{'value': 10}",
        "{'description': 'for what matters'}",
        "");
    add("runtimeclasses.node.k8s.io", "{'handler': 'h'}", "{'scheduling': {}}", "");
    add(
        "leases.coordination.k8s.io",
        "{'spec': {'holderIdentity': 'a'}}",
        "{'spec': {'holderIdentity': 'b'}}",
        "");
    add(
        "flowschemas.flowcontrol.apiserver.k8s.io",
        "{'spec': {'priorityLevelConfiguration': {'name': 'p'}}}",
        "{'spec': {'matchingPrecedence': 7}}",
        CONDITION);
    add(
        "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
        "{'spec': {'type': 'Limited', 'limited': {'limitResponse': {'type': 'Reject'}}}}",
        "{'spec': {'limited': {'nominalConcurrencyShares': 5}}}",
        CONDITION);
  }

  /**
   * @throws IllegalArgumentException if there is no sample: a new kind needs one
   */
  public static Sample of(String resource) {
    Sample sample = ALL.get(resource);
    if (sample == null) {
      throw new IllegalArgumentException("no sample of " + resource + ": add one to KindSamples");
    }
    return sample;
  }

  /** What the sample may be called. */
  public static String name(ResourceType type) {
    return switch (type.plural()) {
      case "ipaddresses" -> "10.9.8.7";
      case "customresourcedefinitions" -> "xs.example.com";
      case "apiservices" -> "v1.example.com";
      default -> "x";
    };
  }
}
