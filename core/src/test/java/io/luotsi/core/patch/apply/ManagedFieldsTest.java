package io.luotsi.core.patch.apply;

import static io.luotsi.core.patch.apply.Applied.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** What managedFields say after creations and updates. */
class ManagedFieldsTest {
  private static final String WEB =
      """
      {'metadata': {'name': 'web', 'labels': {'app': 'web'}},
       'spec': {'selector': {'matchLabels': {'app': 'web'}},
         'template': {'metadata': {'labels': {'app': 'web'}},
           'spec': {'containers': [{'name': 'c', 'image': 'i',
             'ports': [{'containerPort': 80}]}]}}}}
      """;

  private final Applied web = Applied.of("apps/v1", "Deployment");
  private final Applied map = Applied.of("v1", "ConfigMap");

  /** As a Kubernetes API server writes it of the same Deployment. */
  @Test
  void whoCreatesAnObjectOwnsWhatItSaysAndWhatThatDefaultsTo() {
    web.update("kubectl-create", WEB);

    assertThat(web.managers()).containsExactly("kubectl-create Update");
    JsonNode entry = web.entry("kubectl-create");
    assertThat(entry.path("apiVersion").asText()).isEqualTo("apps/v1");
    assertThat(entry.path("time").asText()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(entry.path("fieldsType").asText()).isEqualTo("FieldsV1");
    assertThat(entry.has("subresource")).isFalse();
    assertThat(entry.path("fieldsV1").toString())
        .isEqualTo(
            json("""
            {'f:metadata':{'f:labels':{'.':{},'f:app':{}}},
             'f:spec':{'f:progressDeadlineSeconds':{},'f:replicas':{},
              'f:revisionHistoryLimit':{},'f:selector':{},
              'f:strategy':{'f:rollingUpdate':{'.':{},'f:maxSurge':{},'f:maxUnavailable':{}},
               'f:type':{}},
              'f:template':{'f:metadata':{'f:labels':{'.':{},'f:app':{}}},
               'f:spec':{'f:containers':{'k:{\\"name\\":\\"c\\"}':{'.':{},'f:image':{},
                 'f:imagePullPolicy':{},'f:name':{},'f:ports':{'.':{},
                  'k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}':
                    {'.':{},'f:containerPort':{},'f:protocol':{}}},
                 'f:resources':{},'f:terminationMessagePath':{},
                 'f:terminationMessagePolicy':{}}},
                'f:dnsPolicy':{},'f:restartPolicy':{},'f:schedulerName':{},
                'f:securityContext':{},'f:terminationGracePeriodSeconds':{}}}}}
            """)
                .toString());
  }

  @Test
  void whoChangesAFieldOwnsItAloneAndTheTimeIsThatOfTheLastChange() {
    map.update("one", "{'metadata': {'name': 'm'}, 'data': {'a': '1', 'b': '1'}}");
    map.update("two", "{'metadata': {'name': 'm'}, 'data': {'a': '1', 'b': '2', 'c': '2'}}");
    map.update("one", "{'metadata': {'name': 'm'}, 'data': {'a': '3', 'b': '2', 'c': '2'}}");

    assertThat(map.fieldsOf("one")).isEqualTo(json("{'f:data':{'.':{},'f:a':{}}}"));
    assertThat(map.fieldsOf("two")).isEqualTo(json("{'f:data':{'f:b':{},'f:c':{}}}"));
    assertThat(map.entry("one").path("time").asText()).isEqualTo("2026-01-02T03:04:07Z");
    assertThat(map.entry("two").path("time").asText()).isEqualTo("2026-01-02T03:04:06Z");
    assertThat(map.managers()).as("older first").containsExactly("two Update", "one Update");
  }

  @Test
  void whatIsRemovedIsNobodysAndWhoIsLeftWithNothingGoes() {
    map.update("one", "{'metadata': {'name': 'm'}, 'data': {'a': '1'}}");
    map.update("two", "{'metadata': {'name': 'm'}, 'data': {'a': '1', 'b': '2'}}");

    map.update("three", "{'metadata': {'name': 'm'}, 'data': {'a': '1'}}");

    assertThat(map.managers()).containsExactly("one Update");
    assertThat(map.fieldsOf("one")).isEqualTo(json("{'f:data':{'.':{},'f:a':{}}}"));
  }

  @Test
  void anUpdateThatChangesNothingLeavesNoTrace() {
    map.update("one", "{'metadata': {'name': 'm'}, 'data': {'a': '1'}}");
    JsonNode before = map.live().deepCopy();

    map.update("one", "{'metadata': {'name': 'm'}, 'data': {'a': '1'}}");
    map.update("two", "{'metadata': {'name': 'm'}, 'data': {'a': '1'}}");

    assertThat(map.live()).isEqualTo(before);
  }

  @Test
  void eachSubresourceHasAnEntryOfItsOwnAndOwnsOnlyWhatItCanWrite() {
    web.update("c", WEB);

    web.update(
        "c",
        "status",
        WEB.replace("'replicas'", "'x'").strip().replaceFirst("}$", "")
            + ", 'status': {'replicas': 2, 'conditions': [{'type': 'Available', 'status':"
            + " 'True'}]}}");

    assertThat(web.live().at("/metadata/managedFields")).hasSize(2);
    JsonNode status = web.live().at("/metadata/managedFields/1");
    assertThat(status.path("subresource").asText()).isEqualTo("status");
    assertThat(status.path("fieldsV1"))
        .isEqualTo(
            json(
                """
                {'f:status':{'f:conditions':{'.':{},
                  'k:{\\"type\\":\\"Available\\"}':{'.':{},'f:status':{},'f:type':{}}},
                 'f:replicas':{}}}
                """));
  }

  @Test
  void setsAreOwnedByValueAndAtomicThingsAsAWhole() {
    Applied service = Applied.of("v1", "Service");
    service.update(
        "one",
        "{'metadata': {'name': 's', 'finalizers': ['x/y']}, "
            + "'spec': {'selector': {'app': 'a'}, 'ports': [{'port': 80}]}}");

    JsonNode fields = service.fieldsOf("one");
    assertThat(fields.at("/f:metadata/f:finalizers"))
        .isEqualTo(json("{'.':{},'v:\\\"x/y\\\"':{}}"));
    assertThat(fields.at("/f:spec/f:selector")).isEqualTo(json("{}"));
    assertThat(fields.at("/f:spec/f:ports").properties().stream().map(e -> e.getKey()))
        .containsExactly(".", "k:{\"port\":80,\"protocol\":\"TCP\"}");
  }

  @Test
  void theManagersThatAClientSendsAreTakenIfTheyMakeSense() {
    map.update("one", "{'metadata': {'name': 'm'}, 'data': {'a': '1'}}");
    String sent =
        """
        {'metadata': {'name': 'm', 'managedFields': [{'manager': 'sent', 'operation': 'Apply',
          'apiVersion': 'v1', 'fieldsType': 'FieldsV1', 'fieldsV1': {'f:data': {'f:a': {}}}}]},
         'data': {'a': '1'}}
        """;

    map.update("one", sent);
    assertThat(map.managers()).containsExactly("sent Apply");
    for (String bad :
        new String[] {"'operation': 'Merge'", "'apiVersion': ''", "'fieldsType': 'FieldsV2'"}) {
      String word = bad.substring(0, bad.indexOf(':'));
      map.update("one", sent.replaceFirst(word + ": '[A-Za-z0-9]*'", bad));
      assertThat(map.managers()).as(bad).containsExactly("sent Apply");
    }
  }

  @Test
  void managersAreForgottenOnRequestAndThenNobodyIsTrackedUntilAnApply() {
    for (String reset : new String[] {"[]", "[{}]"}) {
      map.update("one", "{'metadata': {'name': 'm'}, 'data': {'a': '1', 'b': '1'}}");
      map.update(
          "one", "{'metadata': {'name': 'm', 'managedFields': " + reset + "}, 'data': {'a': '2'}}");
      assertThat(map.live().path("metadata").has("managedFields")).as(reset).isFalse();
    }
    map.update("two", "{'metadata': {'name': 'm'}, 'data': {'a': '3'}}");
    assertThat(map.live().path("metadata").has("managedFields")).isFalse();

    map.force("a", "{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {}, 'data': {'b': '4'}}");

    assertThat(map.managers()).containsExactly("a Apply", "before-first-apply Update");
    assertThat(map.fieldsOf("before-first-apply")).isEqualTo(json("{'f:data':{'.':{},'f:a':{}}}"));
  }

  @Test
  void ofManyUpdatersTheOldestBecomeOne() {
    StringBuilder data = new StringBuilder("'k0': '0'");
    map.update("m00", "{'metadata': {'name': 'm'}, 'data': {" + data + "}}");
    for (int i = 1; i < 13; i++) {
      data.append(", 'k%d': '0'".formatted(i));
      map.update("m%02d".formatted(i), "{'metadata': {'name': 'm'}, 'data': {" + data + "}}");
    }

    assertThat(map.managers()).hasSize(10).startsWith("ancient-changes Update", "m04 Update");
    assertThat(map.fieldsOf("ancient-changes"))
        .isEqualTo(json("{'f:data':{'.':{},'f:k0':{},'f:k1':{},'f:k2':{},'f:k3':{}}}"));
    assertThat(map.entry("ancient-changes").path("time").asText())
        .as("of the youngest of them")
        .isEqualTo("2026-01-02T03:04:08Z");
  }
}
