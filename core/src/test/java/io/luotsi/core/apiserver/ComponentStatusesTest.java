package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static io.luotsi.core.apiserver.Requests.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComponentStatusesTest {
  private static final GroupVersionResource COMPONENTS =
      GroupVersionResource.of("v1", "componentstatuses");

  private final PipelineClient client = TestApi.create().client();

  private List<String> names(String labels, String fields) {
    Selection selection =
        new Selection(
            Optional.empty(),
            LabelSelector.parse(labels).orElseThrow(),
            FieldSelector.parse(fields).orElseThrow());
    return ok(client.list(COMPONENTS, selection)).items().stream()
        .map(object -> json(object).at("/metadata/name").asText())
        .toList();
  }

  @Test
  void eachComponentSaysHowItIs() {
    assertThat(json(ok(client.get(COMPONENTS, ObjectKey.of("controller-manager")))))
        .isEqualTo(
            json(
                """
                {'kind': 'ComponentStatus', 'apiVersion': 'v1',
                 'metadata': {'name': 'controller-manager'},
                 'conditions': [{'type': 'Healthy', 'status': 'True', 'message': 'ok'}]}
                """));
    assertThat(json(ok(client.get(COMPONENTS, ObjectKey.of("scheduler")))).path("conditions"))
        .hasToString(
            "[{\"type\":\"Healthy\",\"status\":\"False\",\"message\":\"no member leads\"}]");
    assertThat(json(ok(client.get(COMPONENTS, ObjectKey.of("store-node-1")))).path("conditions"))
        .hasToString("[{\"type\":\"Healthy\",\"status\":\"False\",\"error\":\"does not answer\"}]");
  }

  @Test
  void oneThatIsNotThereIsUpstreamsErrorWithoutAReason() {
    assertThat(refused(client.get(COMPONENTS, ObjectKey.of("etcd-0"))))
        .isEqualTo(new Rejection.Unclassified("Component not found: etcd-0"));
  }

  @Test
  void selectorsChooseAmongThem() {
    assertThat(names("", "")).containsExactly("controller-manager", "scheduler", "store-node-1");
    assertThat(names("", "metadata.name=scheduler")).containsExactly("scheduler");
    assertThat(names("", "metadata.name!=scheduler,metadata.namespace="))
        .containsExactly("controller-manager", "store-node-1");
    assertThat(names("app", "")).isEmpty();
    assertThat(names("!app", "")).hasSize(3);
    assertThat(message(client.list(COMPONENTS, Selection.byField("status", "x"))))
        .contains("\"status\" is not a known field selector");
  }

  @Test
  void theyAreOnlyRead() {
    Rejection refusal = refused(client.create(COMPONENTS, "", json("{'metadata': {'name': 'c'}}")));
    assertThat(refusal).isInstanceOf(Rejection.NoSuchMethod.class);
    assertThat(Statuses.code(refusal)).isEqualTo(405);
    assertThat(refused(client.watch(COMPONENTS, Selection.EVERYTHING, 1)))
        .isInstanceOf(Rejection.MethodNotAllowed.class);
  }

  @Test
  void whoHasNoRoleForItMayNotAsk() {
    UserInfo jane = new UserInfo("jane", "u-1", List.of(UserInfo.AUTHENTICATED), Map.of());
    assertThat(message(TestApi.guarded().client(jane).list(COMPONENTS, Selection.EVERYTHING)))
        .isEqualTo(
            "componentstatuses is forbidden: User \"jane\" cannot list resource"
                + " \"componentstatuses\" in API group \"\" at the cluster scope");
  }
}
