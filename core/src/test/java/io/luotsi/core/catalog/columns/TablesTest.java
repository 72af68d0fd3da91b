package io.luotsi.core.catalog.columns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.TableColumns.Column;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TablesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final String BORN = "'creationTimestamp':'2026-01-02T03:03:35Z'";
  private static final List<ResourceType> TYPES = BuiltInCatalog.load().types();

  /** One line a kind: names, with type and priority where they are not the usual. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pods | Name Ready Status Restarts Age IP/1 Node/1 Nominated-Node/1 Readiness-Gates/1
          nodes | Name Status Roles Age Version Internal-IP/1 External-IP/1 OS-Image/1 Kernel-Version/1 Container-Runtime/1
          deployments | Name Ready Up-to-date Available Age Containers/1 Images/1 Selector/1
          replicasets | Name Desired:integer Current:integer Ready:integer Age Containers/1 Images/1 Selector/1
          services | Name Type Cluster-IP External-IP Port(s) Age Selector/1
          endpointslices | Name AddressType Ports Endpoints Age
          events | Last-Seen Type Reason Object Subobject/1 Source/1 Message First-Seen/1 Count/1 Name/1
          namespaces | Name Status Age
          secrets | Name Type Data Age
          configmaps | Name Data Age
          serviceaccounts | Name Secrets Age
          leases | Name Holder Age
          ipaddresses | Name ParentRef
          rolebindings | Name Role Age Users/1 Groups/1 ServiceAccounts/1
          clusterrolebindings | Name Role Age Users/1 Groups/1 ServiceAccounts/1
          """)
  void everyKindHasUpstreamsColumns(String plural, String columns) {
    assertThat(
            String.join(
                " ", type(plural).columns().columns().stream().map(TablesTest::line).toList()))
        .isEqualTo(columns);
  }

  @Test
  void everyKindHasACellForEachColumnEvenOfAnEmptyObject() {
    assertThat(TYPES)
        .allSatisfy(
            type ->
                assertThat(type.columns().cells(Json.object(), NOW))
                    .hasSameSizeAs(type.columns().columns()));
  }

  @Test
  void theNameIsANameAndHasADescription() {
    Column name = type("pods").columns().columns().getFirst();

    assertThat(name.format()).isEqualTo("name");
    assertThat(name.description()).startsWith("Name must be unique within a namespace.");
  }

  @Test
  void aBindingShowsItsRoleAndSubjectsByKind() {
    assertCells(
        "rolebindings",
        """
        {'metadata':{'name':'b',%s},'roleRef':{'kind':'Role','name':'r'},'subjects':[
          {'kind':'User','name':'u'},{'kind':'Group','name':'g'},{'kind':'User','name':'v'},
          {'kind':'ServiceAccount','name':'s','namespace':'n'}]}
        """,
        "b",
        "Role/r",
        "30s",
        "u, v",
        "g",
        "n/s");
  }

  @Test
  void aNodeShowsItsConditionRolesAndSystem() {
    assertCells(
        "nodes",
        """
        {'metadata':{'name':'n',%s,'labels':{'node-role.kubernetes.io/worker':'',
           'node-role.kubernetes.io/control-plane':'','kubernetes.io/role':'edge','a':'b'}},
         'spec':{'unschedulable':true},
         'status':{'conditions':[{'type':'DiskPressure','status':'True'},
             {'type':'Ready','status':'True'}],
           'addresses':[{'type':'Hostname','address':'h'},{'type':'InternalIP','address':'1.2.3.4'}],
           'nodeInfo':{'kubeletVersion':'v1.36.0','osImage':'Linux','kernelVersion':'6',
             'containerRuntimeVersion':'process://1'}}}\
        """,
        "n",
        "Ready,SchedulingDisabled",
        "control-plane,edge,worker",
        "30s",
        "v1.36.0",
        "1.2.3.4",
        "<none>",
        "Linux",
        "6",
        "process://1");
  }

  @ParameterizedTest
  @CsvSource({"Unknown,NotReady", "False,NotReady", "True,Ready"})
  void aNodeIsReadyOrNot(String condition, String status) {
    assertThat(
            cells(
                    "nodes",
                    "{'status':{'conditions':[{'type':'Ready','status':'%s'}]}}"
                        .formatted(condition))
                .get(1)
                .asText())
        .isEqualTo(status);
    assertThat(cells("nodes", "{}").get(1).asText()).isEqualTo("Unknown");
  }

  @Test
  void aDeploymentShowsHowFarItIs() {
    assertCells(
        "deployments",
        """
        {'metadata':{'name':'d',%s},
         'spec':{'replicas':3,'selector':{'matchLabels':{'b':'2','a':'1'},
             'matchExpressions':[{'key':'c','operator':'In','values':['y','x']},
               {'key':'d','operator':'DoesNotExist'}]},
           'template':{'spec':{'containers':[{'name':'x','image':'i:1'},{'name':'y','image':'j'}]}}},
         'status':{'readyReplicas':2,'updatedReplicas':3,'availableReplicas':1}}\
        """,
        "d",
        "2/3",
        3,
        1,
        "30s",
        "x,y",
        "i:1,j",
        "a=1,b=2,c in (x,y),!d");
  }

  @Test
  void aReplicaSetShowsNumbers() {
    assertCells(
        "replicasets",
        """
        {'metadata':{'name':'r',%s},'spec':{'replicas':3,'selector':{}},
         'status':{'replicas':2,'readyReplicas':1}}\
        """,
        "r",
        3,
        2,
        1,
        "30s",
        "",
        "",
        "<none>");
  }

  @Test
  void aServiceShowsItsAddressesAndPorts() {
    assertCells(
        "services",
        """
        {'metadata':{'name':'s',%s},'spec':{'type':'NodePort','clusterIPs':['10.96.0.9'],
          'ports':[{'port':80,'protocol':'TCP'},{'port':81,'nodePort':30081,'protocol':'UDP'}],
          'selector':{'b':'2','a':'1'}}}\
        """,
        "s",
        "NodePort",
        "10.96.0.9",
        "<none>",
        "80/TCP,81:30081/UDP",
        "30s",
        "a=1,b=2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {'spec':{'type':'ClusterIP','externalIPs':['5.6.7.8','1.2.3.4']}} | 5.6.7.8,1.2.3.4
          {'spec':{'type':'LoadBalancer'}} | <pending>
          {'spec':{'type':'LoadBalancer','externalIPs':['9.9.9.9']},'status':{'loadBalancer':{'ingress':[{'hostname':'z'},{'ip':'1.1.1.1'}]}}} | 1.1.1.1,z,9.9.9.9
          {'spec':{'type':'ExternalName','externalName':'a.b'}} | a.b
          {} | <unknown>
          """)
  void aServicesExternalAddressDependsOnItsType(String service, String address) {
    assertThat(cells("services", service).get(3).asText()).isEqualTo(address);
  }

  @Test
  void anEndpointSliceCutsLongLists() {
    assertCells(
        "endpointslices",
        """
        {'metadata':{'name':'e',%s},'addressType':'IPv4',
         'ports':[{'port':80},{'name':'x'},{}],
         'endpoints':[{'addresses':['1.1.1.1','1.1.1.2']},{'addresses':['1.1.1.3']},
           {'addresses':['1.1.1.4']},{'addresses':['1.1.1.5']}]}\
        """,
        "e",
        "IPv4",
        "80,x,*",
        "1.1.1.1,1.1.1.2,1.1.1.3 + 2 more...",
        "30s");
    assertThat(cells("endpointslices", "{}").get(2).asText()).isEqualTo("<unset>");
  }

  @Test
  void anOldStyleEventShowsItsCountAndTimes() {
    assertCells(
        "events",
        """
        {'metadata':{'name':'ev',%s},'type':'Normal','reason':'Pulled',
         'involvedObject':{'kind':'Pod','name':'p','fieldPath':'spec.containers{a}'},
         'source':{'component':'kubelet','host':'n1'},'message':' text\\n',
         'firstTimestamp':'2026-01-02T02:54:05Z','lastTimestamp':'2026-01-02T03:04:00Z','count':4}\
        """,
        "5s",
        "Normal",
        "Pulled",
        "pod/p",
        "spec.containers{a}",
        "kubelet, n1",
        "text",
        "10m",
        4,
        "ev");
  }

  @Test
  void aNewStyleEventShowsItsSeries() {
    assertCells(
        "events",
        """
        {'metadata':{'name':'ev',%s},'involvedObject':{'kind':'Node'},
         'reportingComponent':'scheduler','eventTime':'2026-01-02T03:04:00.000000Z',
         'series':{'count':7,'lastObservedTime':'2026-01-02T03:04:03.000000Z'}}\
        """,
        "2s",
        "",
        "",
        "node",
        "",
        "scheduler",
        "",
        "5s",
        7,
        "ev");
    assertThat(cells("events", "{}").get(8).asInt()).isEqualTo(1);
  }

  @Test
  void theSmallKindsShowWhatTheyHold() {
    assertCells(
        "namespaces",
        "{'metadata':{'name':'a',%s},'status':{'phase':'Active'}}",
        "a",
        "Active",
        "30s");
    assertCells(
        "secrets",
        "{'metadata':{'name':'a',%s},'type':'Opaque','data':{'x':'','y':''}}",
        "a",
        "Opaque",
        2,
        "30s");
    assertCells(
        "configmaps",
        "{'metadata':{'name':'a',%s},'data':{'x':'1'},'binaryData':{'y':''}}",
        "a",
        2,
        "30s");
    assertCells("serviceaccounts", "{'metadata':{'name':'a',%s},'secrets':[{}]}", "a", 1, "30s");
    assertCells(
        "leases", "{'metadata':{'name':'a',%s},'spec':{'holderIdentity':'n'}}", "a", "n", "30s");
    assertCells(
        "ipaddresses",
        """
        {'metadata':{'name':'10.96.0.1',%s},'spec':{'parentRef':{'resource':'services',
          'namespace':'default','name':'kubernetes'}}}\
        """,
        "10.96.0.1",
        "services/default/kubernetes");
  }

  /** Texts and numbers are told apart: a client prints both alike, but sorts them differently. */
  private static void assertCells(String plural, String object, Object... expected) {
    assertThat(cells(plural, object.formatted(BORN)))
        .extracting(cell -> cell.isNumber() ? (Object) cell.intValue() : (Object) cell.textValue())
        .containsExactly(expected);
  }

  private static List<JsonNode> cells(String plural, String object) {
    return type(plural).columns().cells(object(object), NOW);
  }

  private static String line(Column column) {
    return column.name().replace(' ', '-')
        + (column.type().equals("string") ? "" : ":" + column.type())
        + (column.priority() == 0 ? "" : "/" + column.priority());
  }

  private static ResourceType type(String plural) {
    return TYPES.stream().filter(type -> type.plural().equals(plural)).findFirst().orElseThrow();
  }

  private static ObjectNode object(String text) {
    return Json.readObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
