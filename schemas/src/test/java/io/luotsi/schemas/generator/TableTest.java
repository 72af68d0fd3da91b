package io.luotsi.schemas.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.luotsi.schemas.MergeRules;
import io.luotsi.schemas.generator.Table.Field;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
  private static final String PACKAGE = "package io.k8s.api.core.v1 group=\"\"";

  @Test
  void aLineBelowADefinitionIsAFieldOfIt() {
    Table table =
        Table.parse(
            List.of(
                "# a comment",
                "",
                PACKAGE,
                "Probe map=atomic",
                "  periodSeconds default=10 or-zero",
                "  rules list=atomic keeps-empty",
                "Pod kind"));

    Table.Entry probe = table.entries().get("io.k8s.api.core.v1.Probe");
    assertThat(probe.mapType()).isEqualTo("atomic");
    assertThat(probe.apiPackage().group()).isEqualTo(Optional.of(""));
    assertThat(probe.fields())
        .containsExactly(
            Map.entry("periodSeconds", new Field("", MergeRules.NONE, "10", true, false)),
            Map.entry(
                "rules",
                new Field(
                    "", new MergeRules("atomic", List.of(), "", List.of(), ""), "", false, true)));
    assertThat(table.entries().get("io.k8s.api.core.v1.Pod").kind()).isEqualTo(Table.KindMark.KIND);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
            f lst=atomic    | line 3: unknown attributes [lst]
            f atomic        | line 3: no attribute: atomic
            f list=a list=b | line 3: list is there twice
          D                 | line 3: io.k8s.api.core.v1.D is there twice
          E kinds           | line 3: expected map=, not kinds
          """,
      ignoreLeadingAndTrailingWhitespace = false)
  void aWrongLineIsRefusedWithItsNumber(String line, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Table.parse(List.of(PACKAGE, "D", line.stripTrailing())))
        .withMessage(message.strip());
  }

  @Test
  void aFieldThatTheModelDoesNotHaveIsRefused() {
    Table table = Table.parse(List.of(PACKAGE, "LocalObjectReference", "  nam list=atomic"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Models.read(table))
        .withMessage("io.k8s.api.core.v1.LocalObjectReference has no field nam");
  }

  @Test
  void aDefinitionWithoutAModelIsRefused() {
    Table table = Table.parse(List.of(PACKAGE, "Podd"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Models.read(table))
        .withMessage("no model class for io.k8s.api.core.v1.Podd");
  }

  @Test
  void aTypeThatTheTableLacksIsRefused() {
    Table table = Table.parse(List.of(PACKAGE, "ContainerState"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Models.read(table))
        .withMessageStartingWith("the table has no definition for class");
  }
}
