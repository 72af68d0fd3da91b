package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.PatchType;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Service that is balanced from outside, and what becomes of it when it is so no more. */
class ServiceTypeTest {
  private static final GroupVersionResource SERVICES = GroupVersionResource.of("v1", "services");
  private static final ObjectKey X = ObjectKey.of("default", "x");

  private final PipelineClient client = TestApi.create().client();

  @BeforeEach
  void aBalancedService() {
    ok(
        client.create(
            SERVICES,
            "default",
            json(
                """
                {'metadata':{'name':'x'},'spec':{'type':'LoadBalancer','ports':[{'port':80}],
                 'loadBalancerClass':'acme.io/balancer'}}
                """)));
    ok(status("{'status':{'loadBalancer':{'ingress':[{'ip':'8.8.8.8'}]}}}"));
  }

  @Test
  void whatOnlyABalancedServiceHasGoesWithItsType() {
    JsonNode service = json(ok(patch("{'spec':{'type':'ClusterIP'}}")));

    assertThat(service.path("spec").has("externalTrafficPolicy")).isFalse();
    assertThat(service.path("spec").has("allocateLoadBalancerNodePorts")).isFalse();
    assertThat(service.path("spec").has("loadBalancerClass")).isFalse();
    assertThat(service.at("/status/loadBalancer")).isEmpty();
  }

  @Test
  void whatIsChangedAtTheSameTimeIsMeantAndRefused() {
    assertThat(message(patch("{'spec':{'type':'ClusterIP','externalTrafficPolicy':'Local'}}")))
        .contains("may only be set for externally-accessible services");
  }

  @Test
  void whoBalancesAServiceStaysTheSame() {
    assertThat(message(patch("{'spec':{'loadBalancerClass':'acme.io/other'}}")))
        .contains("spec.loadBalancerClass: Invalid value", "may not change once set");
  }

  @Test
  void whereItIsReachedIsAnAddressOfABalancedService() {
    assertThat(message(status("{'status':{'loadBalancer':{'ingress':[{'hostname':'1.2.3.4'}]}}}")))
        .contains("must be a DNS name, not an IP address");
    ok(patch("{'spec':{'type':'ClusterIP'}}"));
    assertThat(message(status("{'status':{'loadBalancer':{'ingress':[{'ip':'8.8.8.8'}]}}}")))
        .contains(
            "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is"
                + " 'LoadBalancer'");
  }

  private CompletionStage<Outcome<StoredObject>> patch(String patch) {
    return client.patch(SERVICES, X, "", PatchType.MERGE, json(patch));
  }

  private CompletionStage<Outcome<StoredObject>> status(String patch) {
    return client.patch(SERVICES, X, "status", PatchType.MERGE, json(patch));
  }
}
