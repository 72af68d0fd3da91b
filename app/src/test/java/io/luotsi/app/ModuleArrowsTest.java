package io.luotsi.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arrows between modules: only app knows all, and only app reads configuration. */
class ModuleArrowsTest {
  private static final JavaClasses LUOTSI =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.luotsi");

  @Test
  void persistenceNodeAgentAndHttpApiDoNotKnowEachOther() {
    String why = "they meet at core's ports; only app knows all of them";
    mayNotUse("io.luotsi.persistence..", why, "io.luotsi.node..", "io.luotsi.http..");
    mayNotUse("io.luotsi.node..", why, "io.luotsi.persistence..", "io.luotsi.http..");
    mayNotUse("io.luotsi.http..", why, "io.luotsi.persistence..", "io.luotsi.node..");
  }

  @Test
  void historyKnowsNoOtherModuleAndIsNotKnownByWhatItWitnesses() {
    String why = "a witness who knows how it is done can err in the same way";
    mayNotUse(
        "io.luotsi.history..",
        why,
        "io.luotsi.core..",
        "io.luotsi.persistence..",
        "io.luotsi.node..",
        "io.luotsi.http..");
    String quiet = "the product does not judge itself while it runs";
    for (String module : List.of("core", "persistence", "node", "http")) {
      mayNotUse("io.luotsi." + module + "..", quiet, "io.luotsi.history..");
    }
  }

  @Test
  void nobodyUsesTheCompositionRoot() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.luotsi.app..", "io.luotsi.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.luotsi.app..")
        .check(LUOTSI);
  }

  @Test
  void theOfficialClientsModelsStayInTheBuild() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.luotsi.schemas..")
        .and()
        // Field numbers of the protobuf encoding, in which newer kubectls send: nothing else has
        // them.
        .doNotHaveFullyQualifiedName("io.luotsi.http.codec.ProtobufTypes")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.kubernetes.client.openapi..")
        .because("schemas are generated from them at build time; the product does not carry them")
        .check(LUOTSI);
  }

  private static void mayNotUse(String from, String why, String... others) {
    noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .because(why)
        .allowEmptyShould(true)
        .check(LUOTSI);
  }
}
