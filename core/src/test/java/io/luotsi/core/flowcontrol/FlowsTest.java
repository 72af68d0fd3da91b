package io.luotsi.core.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.apiserver.Authorizer.Attributes;
import io.luotsi.core.apiserver.UserInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** To which schema and flow requests belong. */
class FlowsTest {
  private static final Flows DEFAULTS =
      Flows.of(
          read(DefaultFlows.SUGGESTED_SCHEMAS),
          DefaultFlows.SUGGESTED_LEVELS.entrySet().stream()
              .map(level -> PriorityLevel.read(level.getValue(), level.getKey(), "u"))
              .toList());

  private static List<FlowSchema> read(Map<String, ObjectNode> schemas) {
    return schemas.entrySet().stream()
        .map(schema -> FlowSchema.read(schema.getValue(), schema.getKey(), "u"))
        .toList();
  }

  private static UserInfo user(String name, String group) {
    return new UserInfo(name, "", List.of(group, UserInfo.AUTHENTICATED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          admin | system:masters | list pods a | exempt | ""
          system:node:n1 | system:nodes | update coordination.k8s.io/leases kube-node-lease | system-node-high | system:node:n1
          system:node:n1 | system:nodes | patch nodes/status "" | system-node-high | system:node:n1
          system:node:n1 | system:nodes | watch pods "" | system-nodes | system:node:n1
          system:kube-scheduler | x | update coordination.k8s.io/leases a | system-leader-election | system:kube-scheduler
          system:kube-scheduler | x | delete coordination.k8s.io/leases a | kube-scheduler | a
          system:kube-scheduler | x | create pods/binding b | kube-scheduler | b
          system:kube-controller-manager | x | get endpoints b | endpoint-controller | system:kube-controller-manager
          system:serviceaccount:kube-system:dns | system:serviceaccounts | list services "" | kube-system-service-accounts | ""
          system:serviceaccount:kube-systematic:dns | system:serviceaccounts | list services a | service-accounts | system:serviceaccount:kube-systematic:dns
          jane | people | delete pods a | global-default | jane
          jane | people | /healthz | probes | ""
          jane | people | /healthz/ping | global-default | jane
          """)
  void theFirstInOrderOfPrecedenceTakesARequest(
      String who, String group, String what, String schema, String flow) {
    Flows.Place place = DEFAULTS.place(user(who, group), asked(what));

    assertThat(place.schema().name()).isEqualTo(schema);
    assertThat(place.flow()).isEqualTo(flow);
    assertThat(place.level().name()).isEqualTo(place.schema().level());
  }

  /** Verb, group/resource/subresource and namespace; or a path that is got. */
  private static Attributes asked(String what) {
    if (what.startsWith("/")) {
      return new Attributes.Path("get", what);
    }
    String[] words = what.replace("\"", "").split(" ", -1);
    List<String> names = new ArrayList<>(List.of(words[1].split("/")));
    if (!names.getFirst().contains(".")) {
      names.addFirst("");
    }
    return new Attributes.Resource(
        words[0], names.get(0), names.get(1), names.size() > 2 ? names.get(2) : "", words[2], "");
  }

  @Test
  void precedenceCountsBeforeNames() {
    FlowSchema later = schema("a", 20, "catch-all", "'verbs':['*']");
    FlowSchema sooner = schema("b", 10, "catch-all", "'verbs':['*']");
    FlowSchema same = schema("a2", 10, "catch-all", "'verbs':['*']");
    Flows flows = Flows.of(List.of(later, sooner, same), List.of());

    assertThat(flows.schemas())
        .extracting(FlowSchema::name)
        .containsExactly("exempt", "a2", "b", "a", "catch-all");
  }

  @Test
  void aSchemaWhoseLevelIsMissingTakesNothing() {
    Flows flows = Flows.of(List.of(schema("s", 5, "nowhere", "'verbs':['*']")), List.of());

    assertThat(flows.place(user("jane", "people"), asked("get pods a")).schema().name())
        .isEqualTo("catch-all");
  }

  @Test
  void aRuleIsAboutItsVerbsAndNamespacesOnly() {
    Flows flows =
        Flows.of(
            List.of(schema("s", 5, "catch-all", "'verbs':['get'],'namespaces':['a']")), List.of());

    for (String[] one :
        new String[][] {
          {"get pods a", "s"},
          {"list pods a", "catch-all"},
          {"get pods b", "catch-all"},
          {"get pods \"\"", "catch-all"},
          {"get pods/log a", "s"}
        }) {
      assertThat(flows.place(user("jane", "people"), asked(one[0])).schema().name())
          .as(one[0])
          .isEqualTo(one[1]);
    }
  }

  private static FlowSchema schema(String name, int precedence, String level, String rule) {
    String json =
        "{'spec':{'matchingPrecedence':%d,'priorityLevelConfiguration':{'name':'%s'},'rules':[{"
            + "'subjects':[{'kind':'Group','group':{'name':'people'}}],'resourceRules':[{"
            + "'apiGroups':['*'],'resources':['*'],%s}]}]}}";
    String quoted = json.formatted(precedence, level, rule).replace('\'', '"');
    return FlowSchema.read(
        Json.readObject(quoted.getBytes(StandardCharsets.UTF_8)), name, "uid-" + name);
  }

  private static SeatLimits limits(Flows flows, String level, int seats) {
    return flows.limits(flows.level(level), seats);
  }

  @Test
  void seatsAreSharedInProportionAndRoundedUp() {
    assertThat(limits(DEFAULTS, "workload-low", 600).nominal()).isEqualTo(245);
    assertThat(limits(DEFAULTS, "global-default", 600).nominal()).isEqualTo(49);
    assertThat(limits(DEFAULTS, "catch-all", 600).nominal()).isEqualTo(13);
    assertThat(limits(DEFAULTS, "catch-all", 1).nominal()).isEqualTo(1);
    assertThat(limits(Flows.MANDATORY, "catch-all", 600).nominal()).isEqualTo(600);
  }

  @Test
  void aLevelLendsAndBorrowsAsMuchAsItSays() {
    assertThat(limits(DEFAULTS, "workload-low", 600)).isEqualTo(new SeatLimits(245, 24, 845));
    assertThat(limits(DEFAULTS, "leader-election", 600)).isEqualTo(new SeatLimits(25, 25, 625));
    assertThat(limits(DEFAULTS, "workload-low", 600).initial()).isEqualTo(135);
    SeatLimits bounded = SeatLimits.of(20, new PriorityLevel.Lending(50, OptionalInt.of(33)), 600);
    assertThat(bounded).isEqualTo(new SeatLimits(20, 10, 27));
  }

  @Test
  void aRequestTakesNoMoreSeatsThanLeaveRoomForOthers() {
    assertThat(limits(DEFAULTS, "workload-low", 600).widest(queues(6))).isEqualTo(10);
    assertThat(limits(DEFAULTS, "workload-low", 60).widest(queues(6))).isEqualTo(4);
    assertThat(limits(DEFAULTS, "workload-low", 10).widest(queues(6))).isEqualTo(1);
    assertThat(limits(DEFAULTS, "catch-all", 10).widest(Optional.empty())).isEqualTo(10);
  }

  private static Optional<PriorityLevel.Queuing> queues(int handSize) {
    return Optional.of(new PriorityLevel.Queuing(64, handSize, 50));
  }
}
