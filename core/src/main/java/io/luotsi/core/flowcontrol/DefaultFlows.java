package io.luotsi.core.flowcontrol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.apiserver.UserInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The FlowSchemas and priority levels that a cluster begins with, as objects to create.
 *
 * @see "Source: apiserver pkg/apis/flowcontrol/bootstrap"
 */
public final class DefaultFlows {
  /** Those that are always as they are here, by name. */
  public static final Map<String, ObjectNode> MANDATORY_SCHEMAS;

  public static final Map<String, ObjectNode> MANDATORY_LEVELS;

  /** Those that may be changed and, then, are left alone. By name. */
  public static final Map<String, ObjectNode> SUGGESTED_SCHEMAS;

  public static final Map<String, ObjectNode> SUGGESTED_LEVELS;

  private static final String API = "flowcontrol.apiserver.k8s.io/v1";
  private static final String ALL = "*";
  private static final String BY_USER = "ByUser";
  private static final String BY_NAMESPACE = "ByNamespace";
  private static final String MANAGER = "system:kube-controller-manager";
  private static final String SCHEDULER = "system:kube-scheduler";
  private static final String LEASES = "coordination.k8s.io";
  private static final List<String> ELECT = List.of("get", "create", "update");

  static {
    MANDATORY_LEVELS = byName(exemptLevel(), level("catch-all", 5, 0));
    MANDATORY_SCHEMAS =
        byName(
            everything("exempt", "exempt", 1, "", group(UserInfo.SYSTEM_MASTERS)),
            everything(
                "catch-all",
                "catch-all",
                10_000,
                BY_USER,
                group(UserInfo.UNAUTHENTICATED),
                group(UserInfo.AUTHENTICATED)));
    SUGGESTED_LEVELS =
        byName(
            queued(level("system", 30, 33), 64, 6),
            queued(level("node-high", 40, 25), 64, 6),
            queued(level("leader-election", 10, 0), 16, 4),
            queued(level("workload-high", 40, 50), 128, 6),
            queued(level("workload-low", 100, 90), 128, 6),
            queued(level("global-default", 20, 50), 128, 6));
    SUGGESTED_SCHEMAS =
        byName(
            everything("system-nodes", "system", 500, BY_USER, group(UserInfo.SYSTEM_NODES)),
            nodeHigh(),
            probes(),
            leaderElection(
                "system-leader-election",
                100,
                user(MANAGER),
                user(SCHEDULER),
                account("kube-system", ALL)),
            endpointController(),
            leaderElection("workload-leader-election", 200, account("kube-system", ALL)),
            everything(
                "kube-controller-manager", "workload-high", 800, BY_NAMESPACE, user(MANAGER)),
            everything("kube-scheduler", "workload-high", 800, BY_NAMESPACE, user(SCHEDULER)),
            everything(
                "kube-system-service-accounts",
                "workload-high",
                900,
                BY_NAMESPACE,
                account("kube-system", ALL)),
            everything(
                "service-accounts",
                "workload-low",
                9_000,
                BY_USER,
                group("system:serviceaccounts")),
            everything(
                "global-default",
                "global-default",
                9_900,
                BY_USER,
                group(UserInfo.UNAUTHENTICATED),
                group(UserInfo.AUTHENTICATED)));
  }

  private DefaultFlows() {}

  private static Map<String, ObjectNode> byName(ObjectNode... objects) {
    Map<String, ObjectNode> all = new LinkedHashMap<>();
    for (ObjectNode object : objects) {
      all.put(object.at("/metadata/name").asText(), (ObjectNode) Json.asRead(object));
    }
    return all;
  }

  private static ObjectNode object(String kind, String name) {
    ObjectNode object = Json.object().put("apiVersion", API).put("kind", kind);
    object.putObject("metadata").put("name", name);
    return object;
  }

  private static ObjectNode exemptLevel() {
    ObjectNode level = object("PriorityLevelConfiguration", "exempt");
    level
        .putObject("spec")
        .put("type", "Exempt")
        .putObject("exempt")
        .put("nominalConcurrencyShares", 0)
        .put("lendablePercent", 0);
    return level;
  }

  private static ObjectNode level(String name, int shares, int lendablePercent) {
    ObjectNode level = object("PriorityLevelConfiguration", name);
    level
        .putObject("spec")
        .put("type", "Limited")
        .putObject("limited")
        .put("nominalConcurrencyShares", shares)
        .put("lendablePercent", lendablePercent)
        .putObject("limitResponse")
        .put("type", "Reject");
    return level;
  }

  private static ObjectNode queued(ObjectNode level, int queues, int handSize) {
    ((ObjectNode) level.at("/spec/limited/limitResponse"))
        .put("type", "Queue")
        .putObject("queuing")
        .put("queues", queues)
        .put("handSize", handSize)
        .put("queueLengthLimit", 50);
    return level;
  }

  /** A schema with one rule, without what that rule is about. */
  private static ObjectNode schema(
      String name, String level, int precedence, String distinguisher, ObjectNode... subjects) {
    ObjectNode schema = object("FlowSchema", name);
    ObjectNode spec = schema.putObject("spec");
    spec.putObject("priorityLevelConfiguration").put("name", level);
    spec.put("matchingPrecedence", precedence);
    if (!distinguisher.isEmpty()) {
      spec.putObject("distinguisherMethod").put("type", distinguisher);
    }
    ArrayNode all = spec.putArray("rules").addObject().putArray("subjects");
    for (ObjectNode subject : subjects) {
      all.add(subject);
    }
    return schema;
  }

  private static ObjectNode rule(ObjectNode schema) {
    return (ObjectNode) schema.at("/spec/rules/0");
  }

  /** A schema for all that somebody asks for. */
  private static ObjectNode everything(
      String name, String level, int precedence, String distinguisher, ObjectNode... subjects) {
    ObjectNode schema = schema(name, level, precedence, distinguisher, subjects);
    ObjectNode resources = resources(schema, List.of(ALL), ALL, ALL);
    resources.put("clusterScope", true);
    ObjectNode paths = rule(schema).withArray("nonResourceRules").addObject();
    paths.putArray("verbs").add(ALL);
    paths.putArray("nonResourceURLs").add(ALL);
    return schema;
  }

  private static ObjectNode resources(
      ObjectNode schema, List<String> verbs, String group, String... resources) {
    ObjectNode one = rule(schema).withArray("resourceRules").addObject();
    verbs.forEach(one.putArray("verbs")::add);
    one.putArray("apiGroups").add(group);
    ArrayNode names = one.putArray("resources");
    for (String resource : resources) {
      names.add(resource);
    }
    one.putArray("namespaces").add(ALL);
    return one;
  }

  private static ObjectNode nodeHigh() {
    ObjectNode schema =
        schema("system-node-high", "node-high", 400, BY_USER, group(UserInfo.SYSTEM_NODES));
    resources(schema, List.of(ALL), "", "nodes", "nodes/status").put("clusterScope", true);
    resources(schema, List.of(ALL), LEASES, "leases");
    return schema;
  }

  private static ObjectNode probes() {
    ObjectNode schema =
        schema(
            "probes",
            "exempt",
            2,
            "",
            group(UserInfo.UNAUTHENTICATED),
            group(UserInfo.AUTHENTICATED));
    ObjectNode paths = rule(schema).withArray("nonResourceRules").addObject();
    paths.putArray("verbs").add("get");
    paths.putArray("nonResourceURLs").add("/healthz").add("/readyz").add("/livez");
    return schema;
  }

  private static ObjectNode leaderElection(String name, int precedence, ObjectNode... subjects) {
    ObjectNode schema = schema(name, "leader-election", precedence, BY_USER, subjects);
    resources(schema, ELECT, LEASES, "leases");
    return schema;
  }

  private static ObjectNode endpointController() {
    ObjectNode schema =
        schema(
            "endpoint-controller",
            "workload-high",
            150,
            BY_USER,
            user(MANAGER),
            account("kube-system", "endpoint-controller"),
            account("kube-system", "endpointslicemirroring-controller"));
    resources(schema, ELECT, "", "endpoints");
    return schema;
  }

  private static ObjectNode user(String name) {
    ObjectNode subject = Json.object().put("kind", "User");
    subject.putObject("user").put("name", name);
    return subject;
  }

  private static ObjectNode group(String name) {
    ObjectNode subject = Json.object().put("kind", "Group");
    subject.putObject("group").put("name", name);
    return subject;
  }

  private static ObjectNode account(String namespace, String name) {
    ObjectNode subject = Json.object().put("kind", "ServiceAccount");
    subject.putObject("serviceAccount").put("name", name).put("namespace", namespace);
    return subject;
  }
}
