package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.FieldValidation;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.apiserver.Api.Written;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.controller.Resources;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApiServiceTest {
  private static final ObjectKey X = ObjectKey.of("v1.example.com");
  private final TestApi api = TestApi.create();
  private final PipelineClient client = api.client();

  private static ObjectNode apiService(String name, String spec) {
    return json(
        "{'metadata': {'name': '%s'}, 'spec': {'groupPriorityMinimum': 10, 'versionPriority': 1, %s}}"
            .formatted(name, spec));
  }

  @Test
  void whatAServiceWouldHaveToServeIsNotAvailableAndItsMakerIsWarned() {
    ObjectNode behind =
        apiService(
            "v1.example.com",
            "'group': 'example.com', 'version': 'v1', 'service': {'namespace': 'a', 'name': 'b'}");
    Written written =
        ok(
            api.pipeline()
                .create(
                    Requests.target(api, Resources.API_SERVICES, "", ""),
                    new Body(behind, List.of()),
                    new WriteOptions(false, "test", FieldValidation.STRICT)));
    ObjectNode stored = json(written.object());

    assertThat(written.warnings())
        .containsExactly(
            "APIService is stored, but not acted on by this version of Luotsi: nothing is"
                + " aggregated");
    assertThat(stored.at("/spec/service/port").asInt()).isEqualTo(443);
    assertThat(condition(stored)).isEqualTo("Available False NotAggregated");

    ObjectNode patch = json("{'spec': {'service': null}}");
    ObjectNode local =
        json(ok(client.patch(Resources.API_SERVICES, X, "", PatchType.MERGE, patch)));
    assertThat(condition(local)).isEqualTo("Available True Local");
  }

  private static String condition(ObjectNode service) {
    var condition = service.at("/status/conditions/0");
    return String.join(
        " ",
        condition.path("type").asText(),
        condition.path("status").asText(),
        condition.path("reason").asText());
  }

  @Test
  void itIsCalledByWhatItServes() {
    assertThat(
            message(
                client.create(
                    Resources.API_SERVICES,
                    "",
                    apiService(
                        "x", "'group': 'example.com', 'version': 'v1', 'caBundle': 'YWJj'"))))
        .isEqualTo(
            "APIService.apiregistration.k8s.io \"x\" is invalid: [metadata.name: Invalid value:"
                + " \"x\": must be `spec.version+\".\"+spec.group`: \"v1.example.com\","
                + " spec.caBundle: Invalid value: \"3 bytes\": local APIServices may not have a"
                + " caBundle]");
  }
}
