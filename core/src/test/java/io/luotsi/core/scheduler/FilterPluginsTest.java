package io.luotsi.core.scheduler;

import static io.luotsi.core.scheduler.Objects.all;
import static io.luotsi.core.scheduler.Objects.allocatable;
import static io.luotsi.core.scheduler.Objects.labels;
import static io.luotsi.core.scheduler.Objects.node;
import static io.luotsi.core.scheduler.Objects.pod;
import static io.luotsi.core.scheduler.Objects.requests;
import static io.luotsi.core.scheduler.Objects.shape;
import static io.luotsi.core.scheduler.Objects.snapshot;
import static io.luotsi.core.scheduler.Objects.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.scheduler.Status.Code;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One table a plugin: which pods fit one node, and what is said of those that do not. */
class FilterPluginsTest {
  private static final String UNTOLERATED = "node(s) had untolerated taint(s)";
  private static final String NO_AFFINITY = "node(s) didn't match Pod's node affinity/selector";
  private static final String NO_PORTS =
      "node(s) didn't have free ports for the requested pod ports";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                                                                            | false",
        "[{'operator':'Exists'}]                                                       | true",
        "[{'key':'k','operator':'Exists'}]                                             | true",
        "[{'key':'k','operator':'Equal','value':'v'}]                                  | true",
        "[{'key':'k','value':'v'}]                                                     | true",
        "[{'key':'k','value':'other'}]                                                 | false",
        "[{'key':'other','operator':'Exists'}]                                         | false",
        "[{'key':'k','operator':'Exists','effect':'NoSchedule'}]                       | true",
        "[{'key':'k','operator':'Exists','effect':'NoExecute'}]                        | false",
        "[{'key':'k','operator':'Exists','effect':'PreferNoSchedule'}]                 | false",
      })
  void taintTolerationAdmitsOnlyPodsThatTolerateTheTaint(String tolerations, boolean fits) {
    Snapshot snapshot =
        snapshot(node("n", spec("taints", "[{'key':'k','value':'v','effect':'NoSchedule'}]")));
    Status status = filter(new TaintToleration(), spec("tolerations", tolerations), snapshot);
    assertThat(status.isSuccess()).isEqualTo(fits);
    if (!fits) {
      assertThat(status)
          .isEqualTo(
              new Status(
                  Code.UNSCHEDULABLE_AND_UNRESOLVABLE, "TaintToleration", List.of(UNTOLERATED)));
    }
  }

  @Test
  void taintThatOnlyPrefersKeepsNobodyAway() {
    Snapshot snapshot =
        snapshot(node("n", spec("taints", "[{'key':'k','effect':'PreferNoSchedule'}]")));
    assertThat(filter(new TaintToleration(), pod -> {}, snapshot)).isEqualTo(Status.SUCCESS);
  }

  @Test
  void cordonedNodeTakesOnlyPodsThatTolerateTheCordon() {
    Snapshot snapshot = snapshot(node("n", spec("unschedulable", "true")));
    Status refused = filter(new NodeUnschedulable(), pod -> {}, snapshot);
    assertThat(refused.reasons()).containsExactly("node(s) were unschedulable");
    assertThat(refused.code()).isEqualTo(Code.UNSCHEDULABLE_AND_UNRESOLVABLE);
    Consumer<ObjectNode> tolerant =
        spec(
            "tolerations",
            "[{'key':'node.kubernetes.io/unschedulable','operator':'Exists','effect':'NoSchedule'}]");
    assertThat(new NodeUnschedulable().filterFor(shape(tolerant), snapshot)).isEmpty();
  }

  @Test
  void nodeNameAdmitsThatNodeOnly() {
    PodShape any = shape(pod -> {});
    PodShape demanding =
        new PodShape(
            any.namespace(),
            any.labels(),
            any.owner(),
            any.requests(),
            "b",
            any.nodeSelector(),
            any.required(),
            any.preferred(),
            any.tolerations(),
            any.hostPorts(),
            any.spread(),
            0,
            true,
            List.of());
    Snapshot snapshot = snapshot(node("a"), node("b"));
    FilterPlugin.NodeFilter filter = new NodeName().filterFor(demanding, snapshot).orElseThrow();
    assertThat(filter.filter(0).reasons())
        .containsExactly("node(s) didn't match the requested node name");
    assertThat(filter.filter(1)).isEqualTo(Status.SUCCESS);
    assertThat(new NodeName().filterFor(any, snapshot)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'disk':'ssd'}                                                     | true",
        "{'disk':'hdd'}                                                     | false",
        "{'disk':'ssd','gone':'x'}                                          | false",
      })
  void nodeSelectorMustMatchAllOfItsLabels(String selector, boolean fits) {
    Snapshot snapshot = snapshot(node("n", labels("{'disk':'ssd','cores':'16'}")));
    assertFits(filter(new NodeAffinity(), spec("nodeSelector", selector), snapshot), fits);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{'key':'disk','operator':'In','values':['ssd','nvme']}]           | true",
        "[{'key':'disk','operator':'In','values':['nvme']}]                 | false",
        "[{'key':'disk','operator':'NotIn','values':['nvme']}]              | true",
        "[{'key':'disk','operator':'NotIn','values':['ssd']}]               | false",
        "[{'key':'gone','operator':'NotIn','values':['x']}]                 | true",
        "[{'key':'disk','operator':'Exists'}]                               | true",
        "[{'key':'gone','operator':'Exists'}]                               | false",
        "[{'key':'gone','operator':'DoesNotExist'}]                         | true",
        "[{'key':'disk','operator':'DoesNotExist'}]                         | false",
        "[{'key':'cores','operator':'Gt','values':['8']}]                   | true",
        "[{'key':'cores','operator':'Gt','values':['16']}]                  | false",
        "[{'key':'cores','operator':'Lt','values':['17']}]                  | true",
        "[{'key':'disk','operator':'Lt','values':['17']}]                   | false",
        "[]                                                                 | false",
      })
  void requiredNodeAffinityComparesAsItsOperatorsSay(String expressions, boolean fits) {
    Snapshot snapshot = snapshot(node("n", labels("{'disk':'ssd','cores':'16'}")));
    assertFits(filter(new NodeAffinity(), required(expressions), snapshot), fits);
  }

  @Test
  void anyTermOfRequiredAffinityWillDoAndLabelsMayChangeLater() {
    Snapshot snapshot = snapshot(node("n", labels("{'a':'1'}")));
    PodShape shape =
        shape(
            spec(
                "affinity",
                "{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':["
                    + "{'matchExpressions':[{'key':'a','operator':'In','values':['2']}]},"
                    + "{'matchExpressions':[{'key':'b','operator':'Exists'}]}]}}}"));
    FilterPlugin.NodeFilter filter = new NodeAffinity().filterFor(shape, snapshot).orElseThrow();
    filter.refresh();
    assertFits(filter.filter(0), false);
    snapshot.putNode(node("n", labels("{'b':'1'}")));
    filter.refresh();
    assertFits(filter.filter(0), true);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'hostPort':80}                                        | false",
        "{'hostPort':80,'hostIP':'10.0.0.1'}                    | false",
        "{'hostPort':80,'protocol':'UDP'}                       | true",
        "{'hostPort':81}                                        | true",
        "{'hostPort':90,'hostIP':'10.0.0.2'}                    | true",
        "{'hostPort':90,'hostIP':'10.0.0.1'}                    | false",
        "{'hostPort':90}                                        | false",
        "{'containerPort':80}                                   | true",
      })
  void hostPortsConflictByPortProtocolAndAddress(String port, boolean fits) {
    Snapshot snapshot = snapshot(node("n"));
    snapshot.putPod(
        pod("other", ports("{'hostPort':80},{'hostPort':90,'hostIP':'10.0.0.1'}")), "n");
    Status status =
        new NodePorts()
            .filterFor(shape(ports(port)), snapshot)
            .map(
                filter -> {
                  filter.refresh();
                  return filter.filter(0);
                })
            .orElse(Status.SUCCESS);
    assertThat(status.reasons()).isEqualTo(fits ? List.of() : List.of(NO_PORTS));
    snapshot.removePod("uid-other");
    if (!fits) {
      assertThat(filter(new NodePorts(), ports(port), snapshot)).isEqualTo(Status.SUCCESS);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'cpu':'1'}                              |                                       | true",
        "{'cpu':'1001m'}                          | Insufficient cpu                      | true",
        "{'cpu':'3','memory':'5Gi'}               | Insufficient cpu;Insufficient memory  | true",
        "{'memory':'8193Mi'}                      | Insufficient memory                   | false",
        "{'ephemeral-storage':'101Gi'}            | Insufficient ephemeral-storage        | false",
        "{'example.com/gpu':'2'}                  |                                       | true",
        "{'example.com/gpu':'3'}                  | Insufficient example.com/gpu          | false",
        "{'example.com/none':'1'}                 | Insufficient example.com/none         | false",
        "{'example.com/none':'0'}                 |                                       | true",
        "{}                                       |                                       | true",
      })
  void requestsMustFitIntoWhatIsLeft(String requests, String missing, boolean resolvable) {
    Snapshot snapshot =
        snapshot(
            node(
                "n",
                allocatable(
                    "{'cpu':'4','memory':'8Gi','ephemeral-storage':'100Gi','pods':'10',"
                        + "'example.com/gpu':'2'}")));
    snapshot.putPod(pod("other", requests("{'cpu':'3','memory':'4Gi'}")), "n");
    Status status = filter(new NodeResourcesFit(), requests(requests), snapshot);
    if (missing == null) {
      assertThat(status).isEqualTo(Status.SUCCESS);
    } else {
      assertThat(status.reasons()).containsExactly(missing.split(";"));
      assertThat(status.code())
          .isEqualTo(resolvable ? Code.UNSCHEDULABLE : Code.UNSCHEDULABLE_AND_UNRESOLVABLE);
    }
  }

  @Test
  void nodeTakesNoMorePodsThanItSays() {
    Snapshot snapshot = snapshot(node("n", allocatable("{'cpu':'4','memory':'8Gi','pods':'1'}")));
    assertThat(filter(new NodeResourcesFit(), requests("{}"), snapshot)).isEqualTo(Status.SUCCESS);
    snapshot.putPod(pod("other"), "n");
    assertThat(filter(new NodeResourcesFit(), requests("{}"), snapshot).reasons())
        .containsExactly("Too many pods");
  }

  @Test
  void requestsOfInitContainersSidecarsOverheadAndTheWholePodAreAddedUpAsUpstreamDoes() {
    Consumer<ObjectNode> containers =
        all(
            List.of(
                requests("{'cpu':'500m','memory':'100Mi'}"),
                spec(
                    "initContainers",
                    "[{'name':'a','resources':{'requests':{'cpu':'200m'}}},"
                        + "{'name':'s','restartPolicy':'Always','resources':{'requests':{'cpu':'300m'}}},"
                        + "{'name':'b','resources':{'requests':{'cpu':'1','memory':'50Mi'}}}]"),
                spec("overhead", "{'cpu':'10m','memory':'1Mi'}")));
    Requests requests = shape(containers).requests();
    // b runs beside the sidecar: 1000 + 300, which is more than 500 + 300
    assertThat(requests.cpuMillis()).isEqualTo(1310);
    assertThat(requests.memoryBytes()).isEqualTo(101L << 20);
    Requests whole =
        shape(
                all(
                    List.of(
                        containers, spec("resources", "{'requests':{'cpu':'5','memory':'1Gi'}}"))))
            .requests();
    assertThat(whole.cpuMillis()).isEqualTo(5010);
    assertThat(whole.memoryBytes()).isEqualTo(1025L << 20);
  }

  @ParameterizedTest
  @CsvSource({
    "100m, 100, 1",
    "1, 1000, 1",
    "1.5, 1500, 2",
    "0.1m, 1, 1",
    "1k, 1000000, 1000",
    "128Mi, 134217728000, 134217728",
    "1e3, 1000000, 1000",
    "nonsense, 0, 0",
  })
  void quantitiesAreReadInMilliAndInWholeUnitsRoundedUp(String text, long millis, long whole) {
    assertThat(Amounts.millis(text)).isEqualTo(millis);
    assertThat(Amounts.whole(text)).isEqualTo(whole);
  }

  private static Consumer<ObjectNode> required(String expressions) {
    return spec(
        "affinity",
        "{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':["
            + "{'matchExpressions':"
            + expressions
            + "}]}}}");
  }

  private static Consumer<ObjectNode> ports(String ports) {
    return spec("containers", "[{'name':'c','ports':[" + ports + "]}]");
  }

  private static Status filter(FilterPlugin plugin, Consumer<ObjectNode> pod, Snapshot snapshot) {
    return plugin
        .filterFor(shape(pod), snapshot)
        .map(
            filter -> {
              filter.refresh();
              return filter.filter(0);
            })
        .orElse(Status.SUCCESS);
  }

  private static void assertFits(Status status, boolean fits) {
    assertThat(status.reasons()).isEqualTo(fits ? List.of() : List.of(NO_AFFINITY));
  }
}
