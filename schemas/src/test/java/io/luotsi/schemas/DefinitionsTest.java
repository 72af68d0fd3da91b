package io.luotsi.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class DefinitionsTest {
  private static final String CORE = "io.k8s.api.core.v1.";
  private final Definitions definitions = Definitions.load();

  @Test
  void aFieldCarriesItsTypeItsMergeRulesAndItsDefault() {
    Definition pod = definitions.get(CORE + "PodSpec");

    assertThat(property(pod, "containers"))
        .isEqualTo(
            new Property(
                "containers",
                new ValueType.ListOf(new ValueType.Reference(CORE + "Container")),
                true,
                new MergeRules("map", List.of("name"), "", List.of("merge"), "name"),
                "",
                false,
                true));
    assertThat(property(pod, "restartPolicy").defaultJson()).isEqualTo("\"Always\"");
    assertThat(property(pod, "nodeSelector").merge().mapType()).isEqualTo("atomic");
  }

  @Test
  void emptyListsAreLeftOutButWhereGoWritesThem() {
    assertThat(property(definitions.get(CORE + "PodSpec"), "volumes").keepsEmpty()).isFalse();
    assertThat(property(definitions.get("io.k8s.api.rbac.v1.PolicyRule"), "verbs").keepsEmpty())
        .isTrue();
    Definition role = definitions.get("io.k8s.api.rbac.v1.Role");
    assertThat(property(role, "rules").required()).isFalse();
    assertThat(property(role, "rules").keepsEmpty()).isTrue();
  }

  @Test
  void aDateThatUpstreamKeepsInMicrosecondsIsNamedSo() {
    Definition lease = definitions.get("io.k8s.api.coordination.v1.LeaseSpec");

    assertThat(property(lease, "renewTime").type())
        .isEqualTo(new ValueType.Reference("io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime"));
  }

  @Test
  void aKindKnowsItsGroupAndVersion() {
    assertThat(definitions.get("io.k8s.api.discovery.v1.EndpointSlice").kinds())
        .containsExactly(new Definition.Kind("discovery.k8s.io", "v1", "EndpointSlice"));
    assertThat(definitions.get(CORE + "Container").kinds()).isEmpty();
  }

  @Test
  void everyReferenceLeadsToADefinition() {
    List<String> references =
        definitions.names().stream()
            .flatMap(name -> definitions.get(name).properties().stream())
            .map(property -> referenceIn(property.type()))
            .filter(name -> !name.isEmpty())
            .distinct()
            .toList();

    assertThat(references).hasSizeGreaterThan(300);
    assertThat(definitions.names()).containsAll(references);
  }

  @Test
  void anUnknownNameIsACallersBug() {
    assertThat(definitions.find("io.k8s.api.core.v1.Podd")).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> definitions.get("io.k8s.api.core.v1.Podd"))
        .withMessageContaining("io.k8s.api.core.v1.Podd");
  }

  @Test
  void descriptionsAreKeptApart() {
    Descriptions descriptions = Descriptions.load();

    assertThat(descriptions.of(CORE + "ServicePort"))
        .isEqualTo("ServicePort contains information on service's port.");
    assertThat(descriptions.of(CORE + "ServicePort", "port"))
        .isEqualTo("The port that will be exposed by this service.");
    assertThat(descriptions.of("io.k8s.api.apps.v1.DeploymentStrategy", "rollingUpdate"))
        .isEqualTo("Spec to control the desired behavior of rolling update.");
    assertThat(descriptions.of(CORE + "ServicePort", "nothing")).isEmpty();
  }

  private static Property property(Definition definition, String name) {
    return definition.properties().stream()
        .filter(property -> property.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String referenceIn(ValueType type) {
    return switch (type) {
      case ValueType.Reference(String definition) -> definition;
      case ValueType.ListOf(ValueType items) -> referenceIn(items);
      case ValueType.MapOf(ValueType values) -> referenceIn(values);
      case ValueType.Scalar scalar -> "";
      case ValueType.FreeForm freeForm -> "";
      case ValueType.Any any -> "";
      case ValueType.Struct struct -> "";
    };
  }
}
