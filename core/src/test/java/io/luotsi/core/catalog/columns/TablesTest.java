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
          podtemplates | Name Containers Images Pod-Labels
          replicationcontrollers | Name Desired:integer Current:integer Ready:integer Age Containers/1 Images/1 Selector/1
          resourcequotas | Name Request Limit Age
          limitranges | Name Created-At:date
          persistentvolumes | Name Capacity Access-Modes Reclaim-Policy Status Claim StorageClass VolumeAttributesClass Reason Age VolumeMode/1
          persistentvolumeclaims | Name Status Volume Capacity Access-Modes StorageClass VolumeAttributesClass Age VolumeMode/1
          controllerrevisions | Name Controller Revision Age
          daemonsets | Name Desired:integer Current:integer Ready:integer Up-to-date:integer Available:integer Node-Selector Age Containers/1 Images/1 Selector/1
          statefulsets | Name Ready Age Containers/1 Images/1
          jobs | Name Status Completions Duration Age Containers/1 Images/1 Selector/1
          cronjobs | Name Schedule Timezone Suspend:boolean Active:integer Last-Schedule Age Containers/1 Images/1 Selector/1
          horizontalpodautoscalers | Name Reference Targets MinPods MaxPods Replicas Age
          poddisruptionbudgets | Name Min-Available Max-Unavailable Allowed-Disruptions:integer Age
          certificatesigningrequests | Name Age SignerName Requestor RequestedDuration Condition
          ingresses | Name Class Hosts Address Ports Age
          ingressclasses | Name Controller Parameters Age
          networkpolicies | Name Pod-Selector Age
          servicecidrs | Name CIDRs Age
          storageclasses | Name Provisioner ReclaimPolicy VolumeBindingMode AllowVolumeExpansion Age
          volumeattributesclasses | Name DriverName Age
          volumeattachments | Name Attacher PV Node Attached:boolean Age
          apiservices | Name Service Available Age
          csidrivers | Name AttachRequired:boolean PodInfoOnMount:boolean StorageCapacity:boolean TokenRequests RequiresRepublish:boolean Modes Age
          csinodes | Name Drivers:integer Age
          csistoragecapacities | Name StorageClassName Capacity
          priorityclasses | Name Value:integer Global-Default:boolean Age PreemptionPolicy/1
          runtimeclasses | Name Handler Age
          mutatingwebhookconfigurations | Name Webhooks:integer Age
          validatingwebhookconfigurations | Name Webhooks:integer Age
          validatingadmissionpolicies | Name Validations:integer ParamKind Age
          validatingadmissionpolicybindings | Name PolicyName ParamRef Age
          mutatingadmissionpolicies | Name Mutations:integer ParamKind Age
          mutatingadmissionpolicybindings | Name PolicyName ParamRef Age
          flowschemas | Name PriorityLevel MatchingPrecedence DistinguisherMethod Age MissingPL
          prioritylevelconfigurations | Name Type NominalConcurrencyShares Queues HandSize QueueLengthLimit Age
          deviceclasses | Name Age
          resourceclaims | Name State Age
          resourceclaimtemplates | Name Age
          resourceslices | Name Node Driver Pool Age
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
  void endpointsShowThoseThatAreReady() {
    assertCells(
        "endpoints",
        """
        {'metadata':{'name':'e',%s},'subsets':[
          {'addresses':[{'ip':'1.1.1.1'},{'ip':'1::2'}],'notReadyAddresses':[{'ip':'9.9.9.9'}],
           'ports':[{'port':80},{'port':81}]}]}\
        """,
        "e",
        "1.1.1.1:80,[1::2]:80,1.1.1.1:81 + 1 more...",
        "30s");
    assertThat(cells("endpoints", "{}").get(1).asText()).isEqualTo("<none>");
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

  /** One line a kind: an object without its name and age, and the cells between those. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          podtemplates | 'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}} | n;c;i;a=b
          replicationcontrollers | 'spec':{'replicas':3,'selector':{'a':'b'},'template':{'spec':{'containers':[{'name':'c','image':'i'}]}}},'status':{'replicas':2,'readyReplicas':1} | n;#3;#2;#1;30s;c;i;a=b
          resourcequotas | 'status':{'hard':{'pods':'3','cpu':'2','limits.cpu':'4'},'used':{'pods':'1'}} | n;cpu: 0/2, pods: 1/3;limits.cpu: 0/4;30s
          persistentvolumes | 'spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteMany','ReadWriteOnce'],'persistentVolumeReclaimPolicy':'Retain','claimRef':{'namespace':'d','name':'c'},'storageClassName':'s','volumeMode':'Block'},'status':{'phase':'Bound','reason':'r'} | n;1Gi;RWO,RWX;Retain;Bound;d/c;s;<unset>;r;30s;Block
          persistentvolumeclaims | 'spec':{'volumeName':'v','volumeAttributesClassName':'g'},'status':{'phase':'Bound','capacity':{'storage':'1Gi'},'accessModes':['ReadOnlyMany']} | n;Bound;v;1Gi;ROX;;g;30s;<unset>
          persistentvolumeclaims | 'spec':{'resources':{'requests':{'storage':'1Gi'}}},'status':{'phase':'Pending'} | n;Pending;;;;;<unset>;30s;<unset>
          daemonsets | 'spec':{'template':{'spec':{'nodeSelector':{'a':'b'}}},'selector':{'matchLabels':{'x':'y'}}},'status':{'desiredNumberScheduled':5,'currentNumberScheduled':4,'numberReady':3,'updatedNumberScheduled':2,'numberAvailable':1} | n;#5;#4;#3;#2;#1;a=b;30s;;;x=y
          statefulsets | 'spec':{'replicas':3},'status':{'readyReplicas':2} | n;2/3;30s;;
          controllerrevisions | 'revision':7 | n;<none>;#7;30s
          jobs | 'spec':{'completions':3},'status':{'succeeded':1,'startTime':'2026-01-02T03:02:05Z'} | n;Running;1/3;2m;30s;;;<none>
          jobs | 'spec':{'parallelism':3},'status':{'startTime':'2026-01-02T03:02:05Z','completionTime':'2026-01-02T03:02:10Z','conditions':[{'type':'Complete','status':'True'}]} | n;Complete;0/1 of 3;5s;30s;;;<none>
          jobs | 'status':{'conditions':[{'type':'Suspended','status':'True'},{'type':'Failed','status':'False'}]} | n;Suspended;0/1;;30s;;;<none>
          cronjobs | 'spec':{'schedule':'* * * * *','suspend':false},'status':{'active':[{},{}],'lastScheduleTime':'2026-01-02T03:04:00Z'} | n;* * * * *;<none>;False;#2;5s;30s;;;<none>
          horizontalpodautoscalers | 'spec':{'scaleTargetRef':{'kind':'Deployment','name':'d'},'minReplicas':1,'maxReplicas':5,'metrics':[{'type':'Resource','resource':{'name':'cpu','target':{'averageUtilization':80}}},{'type':'Pods','pods':{'target':{'averageValue':'10'}}},{'type':'External','external':{'target':{'value':'3'}}}]},'status':{'currentReplicas':2,'currentMetrics':[{'type':'Resource','resource':{'current':{'averageUtilization':12}}}]} | n;Deployment/d;cpu: 12%/80%, <unknown>/10 + 1 more...;1;#5;#2;30s
          poddisruptionbudgets | 'spec':{'maxUnavailable':'10%'},'status':{'disruptionsAllowed':2} | n;N/A;10%;#2;30s
          certificatesigningrequests | 'spec':{'signerName':'s','username':'u','expirationSeconds':600},'status':{'certificate':'eA==','conditions':[{'type':'Approved','status':'True'}]} | n;30s;s;u;10m;Approved,Issued
          ingresses | 'spec':{'rules':[{'host':'a'},{},{'host':'b'},{'host':'c'},{'host':'d'}],'tls':[{}]},'status':{'loadBalancer':{'ingress':[{'hostname':'z'},{'ip':'1.1.1.1'}]}} | n;<none>;a,b,c + 2 more...;1.1.1.1,z;80, 443;30s
          ingressclasses | 'spec':{'controller':'a/b','parameters':{'apiGroup':'g','kind':'K','name':'p'}} | n;a/b;K.g/p;30s
          networkpolicies | 'spec':{'podSelector':{}} | n;<none>;30s
          servicecidrs | 'spec':{'cidrs':['10.0.0.0/8','fd00::/64']} | n;10.0.0.0/8,fd00::/64;30s
          storageclasses | 'provisioner':'p','allowVolumeExpansion':true | n;p;Delete;Immediate;!true;30s
          volumeattributesclasses | 'driverName':'d' | n;d;30s
          volumeattachments | 'spec':{'attacher':'a','nodeName':'k','source':{'persistentVolumeName':'v'}},'status':{'attached':true} | n;a;v;k;!true;30s
          csidrivers | 'spec':{'attachRequired':false,'tokenRequests':[{'audience':'a'},{'audience':'b'}],'volumeLifecycleModes':['Persistent']} | n;!false;!false;!false;a,b;!false;Persistent;30s
          csinodes | 'spec':{'drivers':[{},{}]} | n;#2;30s
          csistoragecapacities | 'storageClassName':'c' | n;c;<unset>
          apiservices | 'status':{'conditions':[{'type':'Available','status':'True'}]} | n;Local;True;30s
          apiservices | 'spec':{'service':{'namespace':'a','name':'b'}},'status':{'conditions':[{'type':'Available','status':'False','reason':'R'}]} | n;a/b;False (R);30s
          priorityclasses | 'value':7,'globalDefault':true,'preemptionPolicy':'Never' | n;#7;!true;30s;Never
          runtimeclasses | 'handler':'h' | n;h;30s
          validatingwebhookconfigurations | 'webhooks':[{},{}] | n;#2;30s
          validatingadmissionpolicies | 'spec':{'validations':[{}],'paramKind':{'apiVersion':'v1','kind':'K'}} | n;#1;v1/K;30s
          validatingadmissionpolicybindings | 'spec':{'policyName':'p','paramRef':{'name':'q'}} | n;p;*/q;30s
          mutatingadmissionpolicybindings | 'spec':{'policyName':'p','paramRef':{'selector':{'matchLabels':{'a':'b'}}}} | n;p;&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},};30s
          flowschemas | 'spec':{'priorityLevelConfiguration':{'name':'p'},'matchingPrecedence':9},'status':{'conditions':[{'type':'Dangling','status':'False'}]} | n;p;#9;<none>;30s;False
          prioritylevelconfigurations | 'spec':{'type':'Limited','limited':{'nominalConcurrencyShares':30,'limitResponse':{'type':'Reject'}}} | n;Limited;#30;<none>;<none>;<none>;30s
          resourceclaims | 'status':{'allocation':{},'reservedFor':[{}]} | n;allocated,reserved;30s
          resourceslices | 'spec':{'nodeName':'k','driver':'d','pool':{'name':'p'}} | n;k;d;p;30s
          """)
  void aKindShowsUpstreamsCells(String plural, String content, String cells) {
    List<JsonNode> shown =
        cells(plural, "{'metadata':{'name':'n',%s},%s}".formatted(BORN, content));

    assertThat(String.join(";", shown.stream().map(TablesTest::cell).toList())).isEqualTo(cells);
  }

  /** Numbers and truth values carry a mark, so that they are not taken for texts. */
  private static String cell(JsonNode cell) {
    return cell.isNumber() ? "#" + cell : cell.isBoolean() ? "!" + cell : cell.textValue();
  }

  @Test
  void aRevisionNamesItsController() {
    assertThat(
            cells(
                    "controllerrevisions",
                    "{'metadata':{'ownerReferences':[{'apiVersion':'apps/v1','kind':'StatefulSet',"
                        + "'name':'web','controller':true}]}}")
                .get(1)
                .asText())
        .isEqualTo("statefulset.apps/web");
  }

  @Test
  void theDefaultStorageClassIsMarked() {
    assertThat(
            cells(
                    "storageclasses",
                    "{'metadata':{'name':'s','annotations':{'storageclass.kubernetes.io/"
                        + "is-default-class':'true'}}}")
                .getFirst()
                .asText())
        .isEqualTo("s (default)");
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
