package io.luotsi.core.controller.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.catalog.custom.Definitions;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.Resources;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Definitions of custom kinds and their objects, with all controllers, on the real pipeline. */
class DefinitionsTest {
  private static final GroupVersionResource TABS =
      GroupVersionResource.of("example.com/v1", "crontabs");
  private static final GroupVersionResource MAPS = GroupVersionResource.of("v1", "configmaps");

  private final Cluster cluster = new Cluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private StoredObject define(String plural, String kind, String shortName) {
    return cluster.create(
        Resources.DEFINITIONS,
        "",
        """
        {'metadata': {'name': '%1$s.example.com'}, 'spec': {
          'group': 'example.com', 'scope': 'Namespaced',
          'names': {'plural': '%1$s', 'kind': '%2$s', 'shortNames': ['%3$s']},
          'versions': [{'name': 'v1', 'served': true, 'storage': true, 'schema': {
            'openAPIV3Schema': {'type': 'object', 'properties': {
              'spec': {'type': 'object', 'x-kubernetes-preserve-unknown-fields': true}}}}}]}}
        """
            .formatted(plural, kind, shortName)
            .replace('\'', '"'));
  }

  private ObjectNode awaitDefinition(String plural, String condition, boolean holds) {
    return cluster
        .await(
            Resources.DEFINITIONS,
            "",
            list -> find(list, plural).filter(it -> says(it, condition, holds)).isPresent())
        .stream()
        .filter(it -> it.at("/metadata/name").asText().equals(plural + ".example.com"))
        .findFirst()
        .orElseThrow();
  }

  private static Optional<ObjectNode> find(List<ObjectNode> list, String plural) {
    return list.stream()
        .filter(it -> it.at("/metadata/name").asText().equals(plural + ".example.com"))
        .findFirst();
  }

  private static boolean says(ObjectNode definition, String type, boolean holds) {
    for (JsonNode condition : definition.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return Definitions.conditionIsTrue(definition, type) == holds;
      }
    }
    return false;
  }

  private static JsonNode condition(ObjectNode definition, String type) {
    for (JsonNode condition : definition.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition;
      }
    }
    throw new AssertionError("no condition " + type + " in " + definition);
  }

  private StoredObject tab(String namespace, String metadata) {
    return cluster.create(TABS, namespace, ("{'metadata': {" + metadata + "}}").replace('\'', '"'));
  }

  private void delete(GroupVersionResource resource, ObjectKey key) {
    cluster.delete(
        resource,
        key,
        new DeleteOptions(
            OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
  }

  @Test
  void everyServedVersionHasAnApiServiceForAsLongAsItIsServed() {
    Set<String> builtIn =
        BuiltInCatalog.load().types().stream()
            .map(type -> type.kind().version() + "." + type.kind().group())
            .filter(name -> !name.equals("v1.apiregistration.k8s.io")) // as upstream
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> more = new TreeSet<>(builtIn);
    more.add("v1.example.com");
    awaitApiServices(builtIn);
    define("crontabs", "CronTab", "ct");
    List<ObjectNode> services = awaitApiServices(more);
    delete(Resources.DEFINITIONS, ObjectKey.of("crontabs.example.com"));
    awaitApiServices(builtIn);

    assertThat(services)
        .allSatisfy(
            service -> assertThat(Definitions.conditionIsTrue(service, "Available")).isTrue())
        .filteredOn(service -> service.at("/metadata/name").asText().equals("v1.example.com"))
        .singleElement()
        .satisfies(
            service -> {
              assertThat(service.at("/spec/groupPriorityMinimum").asInt()).isEqualTo(1000);
              assertThat(service.at("/metadata/labels").toString())
                  .isEqualTo("{\"kube-aggregator.kubernetes.io/automanaged\":\"true\"}");
            });
  }

  private List<ObjectNode> awaitApiServices(Set<String> names) {
    return cluster.await(
        Resources.API_SERVICES,
        "",
        list ->
            list.stream()
                .map(service -> service.at("/metadata/name").asText())
                .collect(Collectors.toSet())
                .equals(names));
  }

  @Test
  @Conformance("Custom Resource Definition, create")
  void aDefinitionGetsItsNamesAndIsServed() {
    define("crontabs", "CronTab", "ct");

    ObjectNode definition = awaitDefinition("crontabs", "Established", true);

    assertThat(definition.at("/status/acceptedNames")).isEqualTo(definition.at("/spec/names"));
    assertThat(definition.at("/spec/names/listKind").asText()).isEqualTo("CronTabList");
    assertThat(definition.at("/status/storedVersions").toString()).isEqualTo("[\"v1\"]");
    assertThat(condition(definition, "NamesAccepted").path("reason").asText())
        .isEqualTo("NoConflicts");
    assertThat(condition(definition, "Established").path("reason").asText())
        .isEqualTo("InitialNamesAccepted");
    assertThat(tab("default", "'name': 'a'").resourceVersion()).isPositive();
  }

  @Test
  void namesThatAnotherHasAreRefusedUntilItGoes() {
    define("crontabs", "CronTab", "ct");
    awaitDefinition("crontabs", "Established", true);
    define("othertabs", "OtherTab", "ct");

    ObjectNode other = awaitDefinition("othertabs", "NamesAccepted", false);
    assertThat(condition(other, "NamesAccepted").path("reason").asText())
        .isEqualTo("ShortNamesConflict");
    assertThat(condition(other, "NamesAccepted").path("message").asText())
        .isEqualTo("\"ct\" is already in use");
    assertThat(condition(other, "Established").path("reason").asText()).isEqualTo("NotAccepted");

    delete(Resources.DEFINITIONS, ObjectKey.of("crontabs.example.com"));
    awaitDefinition("othertabs", "Established", true);
  }

  @Test
  void aDefinitionGoesAfterItsObjectsAndComesBackCountingOn() {
    define("crontabs", "CronTab", "ct");
    awaitDefinition("crontabs", "Established", true);
    long version = tab("default", "'name': 'a'").resourceVersion();
    tab("kube-system", "'name': 'held', 'finalizers': ['example.com/hold']");

    delete(Resources.DEFINITIONS, ObjectKey.of("crontabs.example.com"));
    cluster.await(TABS, "", list -> list.size() == 1);
    ObjectNode going = awaitDefinition("crontabs", "Terminating", true);
    assertThat(going.at("/metadata/finalizers").toString()).contains(Definitions.CLEANUP);

    cluster.patch(
        TABS, ObjectKey.of("kube-system", "held"), "", "{\"metadata\":{\"finalizers\":null}}");
    cluster.await(Resources.DEFINITIONS, "", List::isEmpty);
    assertThat(cluster.api().list(TABS, Selection.EVERYTHING).toCompletableFuture().join().isDone())
        .as("a kind that is defined no more is not served")
        .isFalse();

    define("crontabs", "CronTab", "ct");
    awaitDefinition("crontabs", "Established", true);
    StoredObject again = tab("default", "'name': 'a'");
    assertThat(again.resourceVersion()).isGreaterThan(version);
  }

  @Test
  void nothingNewIsMadeOfAKindThatGoes() {
    define("crontabs", "CronTab", "ct");
    awaitDefinition("crontabs", "Established", true);
    tab("default", "'name': 'held', 'finalizers': ['example.com/hold']");
    delete(Resources.DEFINITIONS, ObjectKey.of("crontabs.example.com"));

    ObjectNode body = io.luotsi.core.api.Json.object();
    body.putObject("metadata").put("name", "late");
    assertThat(cluster.api().create(TABS, "default", body).toCompletableFuture().join().toString())
        .contains("create not allowed while custom resource definition is terminating");
  }

  @Test
  void customObjectsAreCollectedWithTheirOwnersAndOwnThemselves() {
    define("crontabs", "CronTab", "ct");
    awaitDefinition("crontabs", "Established", true);
    StoredObject owner = tab("default", "'name': 'owner'");
    String reference =
        "'ownerReferences': [{'apiVersion': 'example.com/v1', 'kind': 'CronTab',"
            + " 'name': 'owner', 'uid': '"
            + owner.uid()
            + "'}]";
    tab("default", "'name': 'dependent', " + reference);
    cluster.create(
        MAPS, "default", ("{'metadata': {'name': 'owned', " + reference + "}}").replace('\'', '"'));

    delete(TABS, owner.key());

    cluster.await(TABS, "", List::isEmpty);
    cluster.await(
        MAPS,
        "default",
        list -> list.stream().noneMatch(it -> it.at("/metadata/name").asText().equals("owned")));
  }

  @Test
  void customObjectsGoWithTheirNamespace() {
    define("crontabs", "CronTab", "ct");
    awaitDefinition("crontabs", "Established", true);
    cluster.server().namespace("short");
    tab("short", "'name': 'a'");
    tab("default", "'name': 'b'");

    delete(Resources.NAMESPACES, ObjectKey.of("short"));

    cluster.await(TABS, "", list -> list.size() == 1);
    cluster.await(
        Resources.NAMESPACES,
        "",
        list -> list.stream().noneMatch(it -> it.at("/metadata/name").asText().equals("short")));
  }
}
