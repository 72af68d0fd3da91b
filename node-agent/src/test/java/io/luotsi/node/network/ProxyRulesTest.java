package io.luotsi.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From Services and EndpointSlices to rules. */
class ProxyRulesTest {
  private static final VirtualAddress WEB = new VirtualAddress("127.10.0.1", 80, "TCP");

  private static StoredObject stored(String json) {
    return StoredObject.parse(
        json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), SelectableFields.NONE);
  }

  private static ServiceView service(String spec) {
    return ServiceView.of(
        stored(
            "{'metadata':{'name':'web','namespace':'default','uid':'u','resourceVersion':'1'},'spec':"
                + spec
                + "}"));
  }

  private static SliceView slice(String name, String ports, String endpoints) {
    return SliceView.of(
        stored(
            "{'metadata':{'name':'%s','namespace':'default','uid':'u','resourceVersion':'1','labels':{'kubernetes.io/service-name':'web'}},'addressType':'IPv4','ports':%s,'endpoints':%s}"
                .formatted(name, ports, endpoints)));
  }

  private static String endpoint(String ip, String conditions, String node) {
    return "{'addresses':['%s'],'conditions':%s,'nodeName':'%s'}".formatted(ip, conditions, node);
  }

  private static final String ONE_PORT =
      "{'clusterIP':'127.10.0.1','ports':[{'port':80,'targetPort':8080}]";
  private static final String PORT_8080 = "[{'port':8080,'protocol':'TCP','name':''}]";

  private static List<String> backends(ServiceView service, SliceView... slices) {
    return ProxyRules.of(service, List.of(slices), "here")
        .values()
        .iterator()
        .next()
        .backends()
        .stream()
        .map(Backend::toString)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // conditions of two endpoints; which are used
        "{'ready':true}  | {'ready':true}                                      | a b",
        "{}              | {'ready':false}                                     | a",
        "{'ready':false} | {'ready':false}                                     |",
        "{'ready':true}  | {'ready':false,'serving':true,'terminating':true}   | a",
        "{'ready':false} | {'ready':false,'serving':true,'terminating':true}   | b",
        "{'ready':false} | {'ready':false,'serving':false,'terminating':true}  |",
        "{'ready':false,'serving':true} | {'ready':false}                      |",
      })
  void readyEndpointsAreUsedAndOnlyWithoutAnyThoseThatStillServe(
      String first, String second, String used) {
    List<String> backends =
        backends(
            service(ONE_PORT + "}"),
            slice(
                "s",
                PORT_8080,
                "["
                    + endpoint("127.1.0.1", first, "here")
                    + ","
                    + endpoint("127.1.0.2", second, "here")
                    + "]"));
    String names =
        String.join(
            " ", backends.stream().map(b -> b.equals("127.1.0.1:8080") ? "a" : "b").toList());
    assertThat(names).isEqualTo(Optional.ofNullable(used).orElse(""));
  }

  @Test
  void localPolicyUsesOnlyEndpointsOfTheOwnNode() {
    SliceView slice =
        slice(
            "s",
            PORT_8080,
            "["
                + endpoint("127.1.0.1", "{}", "here")
                + ","
                + endpoint("127.1.0.2", "{}", "there")
                + "]");
    assertThat(backends(service(ONE_PORT + ",'internalTrafficPolicy':'Local'}"), slice))
        .containsExactly("127.1.0.1:8080");
    assertThat(backends(service(ONE_PORT + ",'internalTrafficPolicy':'Cluster'}"), slice))
        .hasSize(2);
  }

  @Test
  void portsMeetByNameAndSlicesAreMergedWithoutDuplicates() {
    ServiceView service =
        service(
            "{'clusterIP':'127.10.0.1','ports':[{'name':'http','port':80},{'name':'admin','port':81}]}");
    SortedMap<VirtualAddress, ProxyRule> rules =
        ProxyRules.of(
            service,
            List.of(
                slice(
                    "one",
                    "[{'name':'http','port':8080},{'name':'admin','port':9090}]",
                    "[" + endpoint("127.1.0.1", "{'ready':false}", "here") + "]"),
                slice(
                    "two",
                    "[{'name':'http','port':8081}]",
                    "[" + endpoint("127.1.0.2", "{}", "here") + "]"),
                slice(
                    "three",
                    "[{'name':'http','port':8080}]",
                    "[" + endpoint("127.1.0.1", "{}", "here") + "]")),
            "here");
    assertThat(rules.get(WEB).backends())
        .containsExactly(new Backend("127.1.0.1", 8080), new Backend("127.1.0.2", 8081));
    assertThat(rules.get(new VirtualAddress("127.10.0.1", 81, "TCP")).backends()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'clusterIP':'None','ports':[{'port':80}]}",
        "{'ports':[{'port':80}]}",
        "{'type':'ExternalName','clusterIP':'127.10.0.1','externalName':'x','ports':[{'port':80}]}",
        "{'clusterIP':'fd00::1','clusterIPs':['fd00::1'],'ports':[{'port':80}]}",
      })
  void servicesWithoutAClusterAddressHaveNoRules(String spec) {
    assertThat(ProxyRules.of(service(spec), List.of(), "here")).isEmpty();
  }

  @Test
  void eachAddressAndProtocolIsARuleOfItsOwn() {
    ServiceView service =
        service(
            "{'clusterIP':'127.10.0.1','clusterIPs':['127.10.0.1','fd00::1'],"
                + "'ports':[{'name':'a','port':53},{'name':'b','port':53,'protocol':'UDP'}]}");
    assertThat(ProxyRules.of(service, List.of(), "here").keySet())
        .containsExactly(
            new VirtualAddress("127.10.0.1", 53, "TCP"),
            new VirtualAddress("127.10.0.1", 53, "UDP"));
  }

  @Test
  void affinityLastsThreeHoursUnlessSaidOtherwise() {
    assertThat(service(ONE_PORT + "}").affinity()).isEmpty();
    assertThat(service(ONE_PORT + ",'sessionAffinity':'ClientIP'}").affinity())
        .contains(Duration.ofHours(3));
    assertThat(
            service(
                    ONE_PORT
                        + ",'sessionAffinity':'ClientIP','sessionAffinityConfig':{'clientIP':{'timeoutSeconds':7}}}")
                .affinity())
        .contains(Duration.ofSeconds(7));
  }

  @Test
  void addressesThatAreNoneAreLeftOut() {
    SliceView slice = slice("s", PORT_8080, "[{'addresses':['not an address']},{'addresses':[]}]");
    assertThat(slice.endpoints()).isEmpty();
  }
}
