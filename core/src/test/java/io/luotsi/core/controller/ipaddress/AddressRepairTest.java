package io.luotsi.core.controller.ipaddress;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.ipaddress.AddressRepair.Plan;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AddressRepairTest {
  private static final Instant MADE = Instant.parse("2026-01-01T12:00:00Z");

  private static StoredObject object(String text) {
    return ObjectDraft.of(
            Json.readObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8)),
            SelectableFields.NONE)
        .seal(9);
  }

  private static final StoredObject ADDRESS =
      object(
          """
          {'metadata':{'name':'10.0.0.9','uid':'a','creationTimestamp':'2026-01-01T12:00:00Z'},
           'spec':{'parentRef':{'resource':'services','namespace':'ns','name':'web'}}}
          """);
  private static final StoredObject SERVICE =
      object("{'metadata':{'name':'web','namespace':'ns','uid':'s'}}");

  private static Plan plan(Optional<StoredObject> address, List<StoredObject> services, int age) {
    return AddressRepair.plan("10.0.0.9", address, services, MADE.plusSeconds(age));
  }

  @Test
  void anAddressAndItsServiceThatAgreeAreLeftAlone() {
    assertThat(plan(Optional.of(ADDRESS), List.of(SERVICE), 1000).actions()).isEmpty();
    assertThat(plan(Optional.empty(), List.of(), 1000).actions()).isEmpty();
  }

  @Test
  void anAddressWithoutItsServiceIsGivenTimeAndThenFreed() {
    assertThat(plan(Optional.of(ADDRESS), List.of(), 20))
        .isEqualTo(new Plan(List.of(), Optional.of(Duration.ofSeconds(40))));
    assertThat(plan(Optional.of(ADDRESS), List.of(), 61).actions())
        .singleElement()
        .isInstanceOfSatisfying(
            Action.Delete.class,
            delete -> assertThat(delete.options().resourceVersion()).contains("9"));
  }

  @Test
  void aServiceWithoutItsAddressGetsItBack() {
    List<Action> actions = plan(Optional.empty(), List.of(SERVICE), 0).actions();

    assertThat(((Action.Create) actions.getFirst()).body().at("/spec/parentRef").toString())
        .isEqualTo(
            "{\"group\":\"\",\"resource\":\"services\",\"namespace\":\"ns\",\"name\":\"web\"}");
    assertThat(((Action.Event) actions.getLast()).reason()).isEqualTo("ClusterIPNotAllocated");
  }
}
