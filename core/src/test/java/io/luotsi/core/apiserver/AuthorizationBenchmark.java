package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.ok;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Selection;
import io.luotsi.core.apiserver.Authorizer.Attributes;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.roles.RoleAggregation;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;

/**
 * What authorisation costs, in processor time of the caller: questions by themselves, in a cluster
 * with the default roles and bindings of other users; and a ConfigMap made by somebody who is bound
 * to {@code edit}, beside the same where everybody may do everything. Arguments: other users
 * (1000), rounds (5).
 */
final class AuthorizationBenchmark {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int QUESTIONS = 1_000_000;
  private static final int WRITES = 20_000;
  private static final UserInfo JANE =
      new UserInfo("jane", "", List.of("people", UserInfo.AUTHENTICATED));

  private final TestApi guarded = TestApi.guarded();
  private final TestApi open = TestApi.create();

  private AuthorizationBenchmark(int others) {
    PipelineClient admin = guarded.client();
    for (String aggregate : List.of("view", "edit")) {
      aggregate(admin, aggregate);
    }
    bind(admin, "jane");
    for (int i = 0; i < others; i++) {
      bind(admin, "user-" + i);
    }
  }

  private static void aggregate(PipelineClient admin, String name) {
    var all = ok(admin.list(Resources.CLUSTER_ROLES, Selection.EVERYTHING)).items();
    var role = ok(admin.get(Resources.CLUSTER_ROLES, ObjectKey.of(name)));
    var action = (Action.Patch) RoleAggregation.reconcile(role, all).orElseThrow();
    ok(admin.patch(action.resource(), action.key(), "", action.type(), action.patch()));
  }

  private static void bind(PipelineClient admin, String user) {
    ok(
        admin.create(
            GroupVersionResource.of("rbac.authorization.k8s.io/v1", "rolebindings"),
            "default",
            json(
                """
                {'metadata': {'name': '%s'}, 'roleRef': {'kind': 'ClusterRole', 'name': 'edit'},
                 'subjects': [{'kind': 'User', 'name': '%s'}]}
                """
                    .formatted(user, user))));
  }

  public static void main(String[] args) {
    int others = args.length > 0 ? Integer.parseInt(args[0]) : 1_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    AuthorizationBenchmark benchmark = new AuthorizationBenchmark(others);
    for (int round = 0; round < rounds; round++) {
      System.out.printf(
          Locale.ROOT,
          "allowed by edit %d ns, refused %d ns, a node's %d ns, a master's %d ns;"
              + " ConfigMap made by jane %.1f us, where nobody is asked %.1f us%n",
          benchmark.ask(JANE, "create", "configmaps"),
          benchmark.refuse(),
          benchmark.ask(UserInfo.node("n1"), "create", "events"),
          benchmark.ask(UserInfo.component("x"), "create", "configmaps"),
          benchmark.write(benchmark.guarded.client(JANE)),
          benchmark.write(benchmark.open.client(JANE)));
    }
  }

  private long ask(UserInfo user, String verb, String resource) {
    Attributes asked = new Attributes.Resource(verb, "", resource, "", "default", "");
    int refused = 0;
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < QUESTIONS; i++) {
      refused += guarded.authorizer().authorize(user, asked).isPresent() ? 1 : 0;
    }
    long nanos = THREADS.getCurrentThreadCpuTime() - start;
    if (refused > 0) {
      throw new IllegalStateException(user.name() + " may not " + asked);
    }
    return nanos / QUESTIONS;
  }

  /** A refusal is made of words, so it costs more. */
  private long refuse() {
    Attributes asked = new Attributes.Resource("delete", "", "nodes", "", "", "n1");
    int refused = 0;
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < QUESTIONS; i++) {
      refused += guarded.authorizer().authorize(JANE, asked).isPresent() ? 1 : 0;
    }
    long nanos = THREADS.getCurrentThreadCpuTime() - start;
    if (refused < QUESTIONS) {
      throw new IllegalStateException("jane may delete nodes");
    }
    return nanos / QUESTIONS;
  }

  private double write(PipelineClient client) {
    ObjectNode map = json("{'metadata': {'name': 'm'}}");
    map.putObject("data").put("k", "x".repeat(1024));
    long nanos = 0;
    for (int i = 0; i < WRITES; i++) {
      long start = THREADS.getCurrentThreadCpuTime();
      ok(client.create(Requests.CONFIG_MAPS, "default", map));
      nanos += THREADS.getCurrentThreadCpuTime() - start;
      ok(client.delete(Requests.CONFIG_MAPS, ObjectKey.of("default", "m"), DeleteOptions.DEFAULT));
    }
    return nanos / 1_000.0 / WRITES;
  }
}
