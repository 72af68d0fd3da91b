package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.ADDRESSES;
import static io.luotsi.core.apiserver.Requests.SERVICES;
import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static io.luotsi.core.apiserver.Requests.refused;
import static io.luotsi.core.apiserver.Requests.service;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServiceAddressesTest {
  private static final ObjectKey X = ObjectKey.of("default", "x");

  private final TestApi api = TestApi.create();
  private final PipelineClient client = api.client();

  @Test
  void aServiceGetsAnAddressThatAnIpAddressObjectKeeps() {
    ObjectNode stored = json(ok(client.create(SERVICES, "default", service("x", ""))));

    String address = stored.at("/spec/clusterIP").asText();
    assertThat(address).startsWith("10.96.");
    assertThat(stored.at("/spec/clusterIPs").toString()).isEqualTo("[\"" + address + "\"]");
    assertThat(stored.at("/spec/ipFamilies/0").asText()).isEqualTo("IPv4");
    assertThat(stored.at("/spec/ipFamilyPolicy").asText()).isEqualTo("SingleStack");
    assertThat(stored.at("/spec/internalTrafficPolicy").asText()).isEqualTo("Cluster");
    assertThat(stored.path("status").toString()).isEqualTo("{\"loadBalancer\":{}}");
    ObjectNode kept = json(ok(client.get(ADDRESSES, ObjectKey.of(address))));
    assertThat(kept.at("/spec/parentRef").toString())
        .isEqualTo(
            "{\"group\":\"\",\"resource\":\"services\",\"namespace\":\"default\",\"name\":\"x\"}");

    ok(client.delete(SERVICES, X, DeleteOptions.DEFAULT));
    assertThat(refused(client.get(ADDRESSES, ObjectKey.of(address))))
        .isInstanceOf(Rejection.NotFound.class);
  }

  @Test
  void aCertainAddressIsGivenOnceAndOnlyInsideTheRange() {
    ok(client.create(SERVICES, "default", service("x", ", 'clusterIP': '10.96.0.10'")));

    assertThat(
            message(
                client.create(SERVICES, "default", service("y", ", 'clusterIP': '10.96.0.10'"))))
        .isEqualTo(
            "Service \"y\" is invalid: spec.clusterIPs: Invalid value: [\"10.96.0.10\"]: failed to"
                + " allocate IP 10.96.0.10: provided IP is already allocated");
    assertThat(
            message(client.create(SERVICES, "default", service("y", ", 'clusterIP': '10.1.2.3'"))))
        .isEqualTo(
            "Service \"y\" is invalid: spec.clusterIPs: Invalid value: [\"10.1.2.3\"]: failed to"
                + " allocate IP 10.1.2.3: the provided IP (10.1.2.3) is not in the valid range. The"
                + " range of valid IPs is 10.96.0.0/16");
  }

  @Test
  void whatWasTakenForAServiceThatIsRefusedIsGivenBack() {
    ok(client.create(SERVICES, "default", service("x", "")));

    assertThat(refused(client.create(SERVICES, "default", service("x", ""))))
        .isInstanceOf(Rejection.AlreadyExists.class);

    assertThat(ok(client.list(ADDRESSES, Selection.EVERYTHING)).items()).hasSize(1);
  }

  @Test
  void headlessAndExternalServicesTakeNone() {
    ObjectNode headless =
        json(ok(client.create(SERVICES, "default", service("x", ", 'clusterIP': 'None'"))));
    ObjectNode external =
        json(
            ok(
                client.create(
                    SERVICES,
                    "default",
                    service("y", ", 'type': 'ExternalName', 'externalName': 'example.com'"))));

    assertThat(headless.at("/spec/clusterIPs/0").asText()).isEqualTo("None");
    assertThat(external.path("spec").has("clusterIP")).isFalse();
    assertThat(ok(client.list(ADDRESSES, Selection.EVERYTHING)).items()).isEmpty();
  }

  @Test
  void anAddressStaysUntilTheServiceBecomesAMereName() {
    StoredObject stored = ok(client.create(SERVICES, "default", service("x", "")));
    String address = json(stored).at("/spec/clusterIP").asText();

    ObjectNode bare = service("x", ", 'selector': {'a': 'b'}");
    ObjectNode updated = json(ok(client.update(SERVICES, X, "", bare)));
    assertThat(updated.at("/spec/clusterIP").asText()).isEqualTo(address);
    assertThat(
            message(
                client.patch(
                    SERVICES,
                    X,
                    "",
                    PatchType.MERGE,
                    json("{'spec': {'clusterIP': '10.96.9.9', 'clusterIPs': ['10.96.9.9']}}"))))
        .contains("spec.clusterIPs[0]: Invalid value: [\"10.96.9.9\"]: may not change once set");

    ok(
        client.update(
            SERVICES,
            X,
            "",
            service("x", ", 'type': 'ExternalName', 'externalName': 'example.com'")));
    assertThat(ok(client.list(ADDRESSES, Selection.EVERYTHING)).items()).isEmpty();
    ok(client.update(SERVICES, X, "", bare));
    assertThat(ok(client.list(ADDRESSES, Selection.EVERYTHING)).items()).hasSize(1);
  }

  @Test
  void anUnknownOutcomeKeepsTheAddressForTheRepairLoop() {
    api.store().beforeNextCommit(write -> {});
    api.store().beforeNextCommit(write -> api.store().refuseNextCommit(new Rejection.Timeout("?")));

    assertThat(refused(client.create(SERVICES, "default", service("x", ""))))
        .isEqualTo(new Rejection.Timeout("?"));

    assertThat(ok(client.list(ADDRESSES, Selection.EVERYTHING)).items()).hasSize(1);
  }

  @Test
  void aRefusedStoreGivesTheAddressBack() {
    api.store().beforeNextCommit(write -> {});
    api.store()
        .beforeNextCommit(
            write ->
                api.store()
                    .refuseNextCommit(
                        new Rejection.TooManyRequests("busy", Duration.ofSeconds(1))));

    assertThat(refused(client.create(SERVICES, "default", service("x", ""))))
        .isInstanceOf(Rejection.TooManyRequests.class);

    assertThat(ok(client.list(ADDRESSES, Selection.EVERYTHING)).items()).isEmpty();
  }

  @Test
  void concurrentServicesNeverShareAnAddress() {
    List<String> addresses =
        IntStream.range(0, 40)
            .mapToObj(i -> client.create(SERVICES, "default", service("s" + i, "")))
            .toList()
            .stream()
            .map(stage -> json(ok(stage)).at("/spec/clusterIP").asText())
            .toList();

    assertThat(addresses).doesNotHaveDuplicates().hasSize(40);
  }

  @Test
  void theRangeLeavesItsEndsAndItsLowerPartAlone() {
    ServiceRange range = ServiceRange.parse("10.0.0.0/24");
    assertThat(range.contains("10.0.0.0")).isFalse();
    assertThat(range.contains("10.0.0.255")).isFalse();
    assertThat(range.contains("10.0.0.1")).isTrue();
    assertThat(range.contains("10.0.1.1")).isFalse();
    assertThat(range.usable()).isEqualTo(254);
    assertThat(range.dynamicStart()).isEqualTo(16);
    assertThat(range.address(0)).isEqualTo("10.0.0.1");
    assertThat(range.address(253)).isEqualTo("10.0.0.254");
  }
}
