package io.luotsi.core.catalog;

import static io.luotsi.core.catalog.Trees.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultingTest {
  private static final BuiltInCatalog CATALOG = BuiltInCatalog.load();

  @Test
  void aPodGetsWhatUpstreamGivesIt() {
    ObjectNode pod =
        json(
            """
            {"spec":{"containers":[{"name":"c","image":"nginx","ports":[{"containerPort":80}],
              "resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m"}},
              "readinessProbe":{"httpGet":{"port":80},"periodSeconds":5}}],
              "volumes":[{"name":"v"},{"name":"s","secret":{"secretName":"x"}}]}}\
            """);

    fill("v1", "pods", pod);

    assertThat(pod)
        .isEqualTo(
            json(
                """
                {"spec":{"containers":[{"name":"c","image":"nginx",
                    "ports":[{"containerPort":80,"protocol":"TCP"}],
                    "resources":{"limits":{"cpu":"1","memory":"1Gi"},
                                 "requests":{"cpu":"500m","memory":"1Gi"}},
                    "readinessProbe":{"httpGet":{"port":80,"path":"/","scheme":"HTTP"},
                      "periodSeconds":5,"failureThreshold":3,"successThreshold":1,
                      "timeoutSeconds":1},
                    "terminationMessagePath":"/dev/termination-log",
                    "terminationMessagePolicy":"File","imagePullPolicy":"Always"}],
                  "volumes":[{"name":"v","emptyDir":{}},
                    {"name":"s","secret":{"secretName":"x","defaultMode":420}}],
                  "dnsPolicy":"ClusterFirst","restartPolicy":"Always",
                  "schedulerName":"default-scheduler","securityContext":{},
                  "terminationGracePeriodSeconds":30,"enableServiceLinks":true}}\
                """));
  }

  @Test
  void whatIsSaidStays() {
    String said =
        """
        {"spec":{"restartPolicy":"Never","terminationGracePeriodSeconds":0,"dnsPolicy":"Default",
          "schedulerName":"mine","securityContext":{"runAsUser":1},"enableServiceLinks":false,"containers":[]}}\
        """;
    ObjectNode pod = json(said);

    fill("v1", "pods", pod);

    assertThat(pod).isEqualTo(json(said));
  }

  @Test
  void anEmptyStringAndTheZeroOfAProbeCountAsAbsent() {
    ObjectNode pod =
        json(
            """
            {"spec":{"restartPolicy":"","containers":[
              {"image":"a:1","livenessProbe":{"periodSeconds":0}}]}}\
            """);

    fill("v1", "pods", pod);

    assertThat(pod.at("/spec/restartPolicy").textValue()).isEqualTo("Always");
    assertThat(pod.at("/spec/containers/0/livenessProbe/periodSeconds").intValue()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({
    "nginx, Always",
    "nginx:latest, Always",
    "nginx:1.27, IfNotPresent",
    "localhost:5000/nginx, Always",
    "localhost:5000/nginx:1, IfNotPresent",
    "nginx@sha256:aaaa, IfNotPresent",
    "nginx:latest@sha256:aaaa, Always"
  })
  void theTagDecidesHowAnImageIsPulled(String image, String policy) {
    ObjectNode pod = json("{\"spec\":{\"initContainers\":[{\"image\":\"" + image + "\"}]}}");

    fill("v1", "pods", pod);

    assertThat(pod.at("/spec/initContainers/0/imagePullPolicy").textValue()).isEqualTo(policy);
  }

  @Test
  void aPodOnTheHostsNetworkTakesTheHostsPorts() {
    ObjectNode pod =
        json(
            "{\"spec\":{\"hostNetwork\":true,\"containers\":[{\"ports\":[{\"containerPort\":80}]}]}}");

    fill("v1", "pods", pod);

    assertThat(pod.at("/spec/containers/0/ports/0/hostPort").intValue()).isEqualTo(80);
  }

  @Test
  void aTemplateGetsLessThanAPod() {
    ObjectNode deployment =
        json(
            """
            {"spec":{"template":{"spec":{"serviceAccountName":"sa","containers":[
              {"image":"a:1","resources":{"limits":{"cpu":"1"}}}]}}}}\
            """);

    fill("apps/v1", "deployments", deployment);

    assertThat(deployment)
        .isEqualTo(
            json(
                """
                {"spec":{"replicas":1,"progressDeadlineSeconds":600,"revisionHistoryLimit":10,
                  "strategy":{"type":"RollingUpdate",
                    "rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}},
                  "template":{"spec":{"serviceAccountName":"sa","serviceAccount":"sa",
                    "dnsPolicy":"ClusterFirst","restartPolicy":"Always",
                    "schedulerName":"default-scheduler","securityContext":{},
                    "terminationGracePeriodSeconds":30,
                    "containers":[{"image":"a:1","resources":{"limits":{"cpu":"1"}},
                      "imagePullPolicy":"IfNotPresent",
                      "terminationMessagePath":"/dev/termination-log",
                      "terminationMessagePolicy":"File"}]}}}}\
                """));
  }

  @Test
  void aRecreatedDeploymentDoesNotRoll() {
    ObjectNode deployment =
        json("{\"spec\":{\"replicas\":0,\"strategy\":{\"type\":\"Recreate\"}}}");

    fill("apps/v1", "deployments", deployment);

    assertThat(deployment.at("/spec/strategy")).isEqualTo(json("{\"type\":\"Recreate\"}"));
    assertThat(deployment.at("/spec/replicas").intValue()).isZero();
  }

  @Test
  void halfARollingUpdateIsCompleted() {
    ObjectNode deployment = json("{\"spec\":{\"strategy\":{\"rollingUpdate\":{\"maxSurge\":0}}}}");

    fill("apps/v1", "deployments", deployment);

    assertThat(deployment.at("/spec/strategy"))
        .isEqualTo(
            json(
                """
                {"type":"RollingUpdate","rollingUpdate":{"maxSurge":0,"maxUnavailable":"25%"}}\
                """));
  }

  /** A pod of which nothing is said, as it is in a template. */
  private static final String POD =
      "{'dnsPolicy':'ClusterFirst','restartPolicy':'Always','securityContext':{},"
          + "'schedulerName':'default-scheduler','terminationGracePeriodSeconds':30}";

  /** One line a case: what a client says, and what it is taken to have said. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          apps/v1/statefulsets | {'spec':{'volumeClaimTemplates':[{'spec':{}}]}} | {'spec':{'podManagementPolicy':'OrderedReady','replicas':1,'revisionHistoryLimit':10,'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'partition':0}},'persistentVolumeClaimRetentionPolicy':{'whenDeleted':'Retain','whenScaled':'Retain'},'volumeClaimTemplates':[{'apiVersion':'v1','kind':'PersistentVolumeClaim','spec':{'resources':{},'volumeMode':'Filesystem'},'status':{'phase':'Pending'}}],'template':{'spec':POD}}}
          apps/v1/statefulsets | {'spec':{'replicas':2,'updateStrategy':{'type':'RollingUpdate'}}} | {'spec':{'podManagementPolicy':'OrderedReady','replicas':2,'revisionHistoryLimit':10,'updateStrategy':{'type':'RollingUpdate'},'persistentVolumeClaimRetentionPolicy':{'whenDeleted':'Retain','whenScaled':'Retain'},'template':{'spec':POD}}}
          apps/v1/daemonsets | {'spec':{}} | {'spec':{'revisionHistoryLimit':10,'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':1,'maxSurge':0}},'template':{'spec':POD}}}
          apps/v1/daemonsets | {'spec':{'updateStrategy':{'type':'OnDelete'}}} | {'spec':{'revisionHistoryLimit':10,'updateStrategy':{'type':'OnDelete'},'template':{'spec':POD}}}
          batch/v1/jobs | {'spec':{}} | {'spec':{'completions':1,'parallelism':1,'backoffLimit':6,'completionMode':'NonIndexed','suspend':false,'manualSelector':false,'podReplacementPolicy':'TerminatingOrFailed','template':{'spec':POD}}}
          batch/v1/jobs | {'spec':{'parallelism':3,'podFailurePolicy':{'rules':[{'onPodConditions':[{'type':'T'}]}]},'backoffLimitPerIndex':1}} | {'spec':{'parallelism':3,'podFailurePolicy':{'rules':[{'onPodConditions':[{'type':'T','status':'True'}]}]},'backoffLimitPerIndex':1,'backoffLimit':2147483647,'completionMode':'NonIndexed','suspend':false,'manualSelector':false,'podReplacementPolicy':'Failed','template':{'spec':POD}}}
          batch/v1/cronjobs | {'spec':{'jobTemplate':{'spec':{}}}} | {'spec':{'concurrencyPolicy':'Allow','suspend':false,'successfulJobsHistoryLimit':3,'failedJobsHistoryLimit':1,'jobTemplate':{'spec':{'template':{'spec':POD}}}}}
          v1/replicationcontrollers | {'spec':{'template':{'metadata':{'labels':{'a':'b'}}}}} | {'metadata':{'labels':{'a':'b'}},'spec':{'replicas':1,'selector':{'a':'b'},'template':{'metadata':{'labels':{'a':'b'}},'spec':POD}}}
          v1/limitranges | {'spec':{'limits':[{'type':'Container','max':{'cpu':'2'},'min':{'cpu':'1','memory':'1'}},{'type':'Pod','max':{'cpu':'2'}}]}} | {'spec':{'limits':[{'type':'Container','max':{'cpu':'2'},'min':{'cpu':'1','memory':'1'},'default':{'cpu':'2'},'defaultRequest':{'cpu':'2','memory':'1'}},{'type':'Pod','max':{'cpu':'2'}}]}}
          v1/persistentvolumes | {'spec':{}} | {'spec':{'persistentVolumeReclaimPolicy':'Retain','volumeMode':'Filesystem'},'status':{'phase':'Pending'}}
          autoscaling/v2/horizontalpodautoscalers | {'spec':{'behavior':{'scaleDown':{'selectPolicy':'Min'}}}} | {'spec':{'minReplicas':1,'metrics':[{'type':'Resource','resource':{'name':'cpu','target':{'type':'Utilization','averageUtilization':80}}}],'behavior':{'scaleUp':{'stabilizationWindowSeconds':0,'selectPolicy':'Max','policies':[{'type':'Pods','value':4,'periodSeconds':15},{'type':'Percent','value':100,'periodSeconds':15}]},'scaleDown':{'selectPolicy':'Min','policies':[{'type':'Percent','value':100,'periodSeconds':15}]}}}}
          networking.k8s.io/v1/networkpolicies | {'spec':{'egress':[{'ports':[{'port':1}]}]}} | {'spec':{'podSelector':{},'policyTypes':['Ingress','Egress'],'egress':[{'ports':[{'port':1,'protocol':'TCP'}]}]}}
          networking.k8s.io/v1/networkpolicies | {} | {'spec':{'podSelector':{},'policyTypes':['Ingress']}}
          networking.k8s.io/v1/ingressclasses | {'spec':{'parameters':{}}} | {'spec':{'parameters':{'scope':'Cluster'}}}
          storage.k8s.io/v1/storageclasses | {} | {'reclaimPolicy':'Delete','volumeBindingMode':'Immediate'}
          storage.k8s.io/v1/csidrivers | {'spec':{}} | {'spec':{'attachRequired':true,'fsGroupPolicy':'ReadWriteOnceWithFSType','podInfoOnMount':false,'requiresRepublish':false,'seLinuxMount':false,'storageCapacity':false,'volumeLifecycleModes':['Persistent']}}
          scheduling.k8s.io/v1/priorityclasses | {} | {'preemptionPolicy':'PreemptLowerPriority'}
          flowcontrol.apiserver.k8s.io/v1/flowschemas | {'spec':{'matchingPrecedence':0}} | {'spec':{'matchingPrecedence':1000}}
          flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations | {'spec':{'limited':{'limitResponse':{'queuing':{}}}}} | {'spec':{'limited':{'lendablePercent':0,'nominalConcurrencyShares':30,'limitResponse':{'queuing':{'handSize':8,'queues':64,'queueLengthLimit':50}}}}}
          admissionregistration.k8s.io/v1/mutatingwebhookconfigurations | {'webhooks':[{'clientConfig':{'service':{}},'rules':[{}]}]} | {'webhooks':[{'clientConfig':{'service':{'port':443}},'rules':[{'scope':'*'}],'failurePolicy':'Fail','matchPolicy':'Equivalent','namespaceSelector':{},'objectSelector':{},'timeoutSeconds':10,'reinvocationPolicy':'Never'}]}
          resource.k8s.io/v1/resourceclaims | {'spec':{'devices':{'requests':[{'exactly':{}},{'exactly':{'allocationMode':'All'}}]}}} | {'spec':{'devices':{'requests':[{'exactly':{'allocationMode':'ExactCount','count':1}},{'exactly':{'allocationMode':'All'}}]}}}
          """)
  void aKindIsCompletedAsUpstreamCompletesIt(String resource, String said, String meant) {
    int slash = resource.lastIndexOf('/');
    ObjectNode object = json(said.replace('\'', '"'));

    fill(resource.substring(0, slash), resource.substring(slash + 1), object);
    ObjectNode once = object.deepCopy();
    fill(resource.substring(0, slash), resource.substring(slash + 1), object);

    assertThat(once).isEqualTo(json(meant.replace("POD", POD).replace('\'', '"')));
    assertThat(object).isEqualTo(once);
  }

  @Test
  void aServicesTargetPortIsItsPort() {
    ObjectNode service =
        json("{\"spec\":{\"ports\":[{\"port\":80},{\"port\":81,\"targetPort\":\"http\"}]}}");

    fill("v1", "services", service);

    assertThat(service)
        .isEqualTo(
            json(
                """
                {"spec":{"ports":[{"port":80,"protocol":"TCP","targetPort":80},
                    {"port":81,"protocol":"TCP","targetPort":"http"}],
                  "sessionAffinity":"None","type":"ClusterIP",
                  "internalTrafficPolicy":"Cluster"}}\
                """));
  }

  @Test
  void aServiceForTheOutsideSaysWhereTrafficGoes() {
    ObjectNode service =
        json("{\"spec\":{\"type\":\"LoadBalancer\",\"sessionAffinity\":\"ClientIP\"}}");

    fill("v1", "services", service);

    assertThat(service.path("spec"))
        .isEqualTo(
            json(
                """
                {"type":"LoadBalancer","sessionAffinity":"ClientIP",
                 "sessionAffinityConfig":{"clientIP":{"timeoutSeconds":10800}},
                 "externalTrafficPolicy":"Cluster","internalTrafficPolicy":"Cluster",
                 "allocateLoadBalancerNodePorts":true}\
                """));
  }

  @Test
  void anExternalNameHasNoTrafficPolicy() {
    ObjectNode service = json("{\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"x.y\"}}");

    fill("v1", "services", service);

    assertThat(service.path("spec").has("internalTrafficPolicy")).isFalse();
  }

  @Test
  void aNamespaceIsLabelledWithItsName() {
    ObjectNode namespace =
        json("{\"metadata\":{\"name\":\"n\",\"labels\":{\"kubernetes.io/metadata.name\":\"m\"}}}");

    fill("v1", "namespaces", namespace);

    assertThat(namespace)
        .isEqualTo(
            json(
                """
                {"metadata":{"name":"n","labels":{"kubernetes.io/metadata.name":"n"}},
                 "status":{"phase":"Active"}}\
                """));
  }

  @Test
  void aSecretsPlainTextOverridesItsData() {
    ObjectNode secret =
        json("{\"data\":{\"a\":\"eA==\",\"b\":\"eQ==\"},\"stringData\":{\"a\":\"abc\"}}");

    fill("v1", "secrets", secret);

    assertThat(secret)
        .isEqualTo(json("{\"data\":{\"a\":\"YWJj\",\"b\":\"eQ==\"},\"type\":\"Opaque\"}"));
  }

  @Test
  void aNodesCapacityIsAllocatable() {
    ObjectNode node =
        json("{\"spec\":{\"podCIDR\":\"10.0.0.0/24\"},\"status\":{\"capacity\":{\"cpu\":\"2\"}}}");

    fill("v1", "nodes", node);

    assertThat(node.at("/status/allocatable/cpu").textValue()).isEqualTo("2");
    assertThat(node.at("/spec/podCIDRs/0").textValue()).isEqualTo("10.0.0.0/24");
  }

  @Test
  void anEndpointPortHasAProtocolAndAName() {
    ObjectNode slice = json("{\"ports\":[{\"port\":80}]}");

    fill("discovery.k8s.io/v1", "endpointslices", slice);

    assertThat(slice)
        .isEqualTo(json("{\"ports\":[{\"port\":80,\"protocol\":\"TCP\",\"name\":\"\"}]}"));
  }

  @Test
  void whatUpstreamAlwaysWritesIsWritten() {
    ObjectNode pod = json("{\"spec\":{\"containers\":[{\"image\":\"a\"}]}}");
    ObjectNode event = json("{}");

    fill("v1", "pods", pod);
    fill("v1", "events", event);

    assertThat(pod.at("/spec/containers/0/resources").isObject()).isTrue();
    assertThat(event)
        .isEqualTo(json("{\"source\":{},\"reportingComponent\":\"\",\"reportingInstance\":\"\"}"));
  }

  @Test
  void defaultingTwiceIsDefaultingOnce() {
    ObjectNode pod =
        json(
            """
            {"spec":{"hostNetwork":true,"volumes":[{"name":"v"}],
              "containers":[{"image":"a","ports":[{"containerPort":1}],"livenessProbe":{}}]},
             "status":{"podIP":"1.2.3.4"}}\
            """);
    fill("v1", "pods", pod);
    ObjectNode once = pod.deepCopy();

    fill("v1", "pods", pod);

    assertThat(pod).isEqualTo(once);
    assertThat(pod.at("/status/podIPs/0/ip").textValue()).isEqualTo("1.2.3.4");
  }

  @Test
  void defaultsAreNotSharedBetweenObjects() {
    ObjectNode one = json("{\"spec\":{}}");
    ObjectNode other = json("{\"spec\":{}}");
    fill("v1", "pods", one);
    ((ObjectNode) one.at("/spec/securityContext")).put("runAsUser", 1);

    fill("v1", "pods", other);

    assertThat(other.at("/spec/securityContext")).isEmpty();
  }

  private static void fill(String apiVersion, String plural, ObjectNode object) {
    Defaulting.apply(
        CATALOG.find(GroupVersionResource.of(apiVersion, plural)).orElseThrow(), object);
  }
}
