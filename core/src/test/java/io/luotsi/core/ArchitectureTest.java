package io.luotsi.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The arrows inside core: where concurrency lives, and where time and chance may come from. */
class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.luotsi.core");

  private static final DescribedPredicate<JavaClass> SHELL =
      inPackagesNamed("shells of actors and informers", "actor", "informer");

  /** The client package holds shells, too (the event recorder), but none that needs Pekko. */
  private static final DescribedPredicate<JavaClass> TIMED =
      inPackagesNamed("shells that may read the clock", "actor", "informer", "client");

  @Test
  void pekkoIsImportedOnlyByActorPackagesAndTheInformer() {
    noClasses()
        .that(DescribedPredicate.not(SHELL))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.pekko..")
        .because("rules are plain functions: put the actor into a package named actor")
        .check(CORE);
  }

  @Test
  void coreDependsOnNoOtherModule() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.luotsi.persistence..", "io.luotsi.node..", "io.luotsi.http..", "io.luotsi.app..")
        .because("core declares ports, the other modules implement them")
        .check(CORE);
  }

  @Test
  void rulesTakeTimeAndIdentifiersAsArguments() {
    noClasses()
        .that(DescribedPredicate.not(TIMED))
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(UUID.class, "randomUUID")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .because("same seed, same run: pass a Clock, an Instant or an id source in")
        .check(CORE);
  }

  @Test
  void everyPackageIsNullMarked() {
    classes()
        .that()
        .haveSimpleName("package-info")
        .should()
        .beAnnotatedWith("org.jspecify.annotations.NullMarked")
        .because("absence is an Optional, not a null")
        .check(CORE);
  }

  private static DescribedPredicate<JavaClass> inPackagesNamed(String what, String... lastNames) {
    return new DescribedPredicate<>(what) {
      @Override
      public boolean test(JavaClass type) {
        String name = type.getPackageName();
        return List.of(lastNames).contains(name.substring(name.lastIndexOf('.') + 1));
      }
    };
  }
}
