package io.luotsi.core.controller.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.controller.Resources;
import java.util.List;
import org.junit.jupiter.api.Test;

/** FlowSchemas and priority levels, as controllers make and keep them. */
class FlowControlTest {
  private static boolean dangling(ObjectNode schema, String status) {
    return schema.at("/status/conditions/0/status").asText().equals(status);
  }

  @Test
  void aNewClusterHasItsFlowsAndKeepsThem() {
    try (Cluster cluster = new Cluster()) {
      cluster.await(Resources.PRIORITY_LEVELS, "", all -> all.size() == 8);
      List<ObjectNode> schemas =
          cluster.await(
              Resources.FLOW_SCHEMAS,
              "",
              all -> all.size() == 13 && all.stream().allMatch(one -> dangling(one, "False")));
      assertThat(schemas)
          .allMatch(
              schema ->
                  schema
                      .at("/metadata/annotations/apf.kubernetes.io~1autoupdate-spec")
                      .asText()
                      .equals("true"));
      // Whatever defaults were filled in, none of them was taken for a change.
      assertThat(schemas).allMatch(schema -> schema.at("/metadata/generation").asInt() == 1);

      cluster.delete(Resources.PRIORITY_LEVELS, ObjectKey.of("catch-all"), DeleteOptions.DEFAULT);
      cluster.await(Resources.PRIORITY_LEVELS, "", all -> all.size() == 8);
      assertThatThrownBy(
              () ->
                  cluster.patch(
                      Resources.FLOW_SCHEMAS,
                      ObjectKey.of("exempt"),
                      "",
                      "{\"spec\":{\"matchingPrecedence\":7}}"))
          .hasMessageContaining("spec of 'exempt' must equal the fixed value");

      cluster.create(
          Resources.FLOW_SCHEMAS,
          "",
          """
          {"metadata": {"name": "lost"}, "spec": {"priorityLevelConfiguration": {"name": "no"}}}
          """);
      cluster.await(
          Resources.FLOW_SCHEMAS, "", all -> all.stream().anyMatch(one -> dangling(one, "True")));
    }
  }
}
