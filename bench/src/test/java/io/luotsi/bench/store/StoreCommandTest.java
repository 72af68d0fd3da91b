package io.luotsi.bench.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class StoreCommandTest {
  private static final int WRONG_USAGE = 2;

  /** What the command says of options that it refuses before it begins. */
  private static String refusal(String... arguments) {
    List<String> said = new ArrayList<>();
    int code =
        new CommandLine(new StoreCommand())
            .setParameterExceptionHandler(
                (failure, given) -> {
                  said.add(failure.getMessage());
                  return WRONG_USAGE;
                })
            .execute(arguments);
    assertThat(code).isEqualTo(WRONG_USAGE);
    assertThat(said).hasSize(1);
    return said.getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--clients=0 | --clients must be 1 to 2000, not 0",
        "--clients=1,2001 | --clients must be 1 to 2000, not 2001",
        "--clients=8,8 | --clients names one twice",
        "--members=2 | --members must be odd: one more would not bear one more loss",
        "--members=9 | --members must be 1 to 7, not 9",
        "--rounds=0 | --rounds must be 1 to 100, not 0",
        "--seconds=601 | --seconds must be 1 to 600, not 601",
        "--objects=-1 | --objects must be 0 to 1000000, not -1",
        "--watchers=2001 | --watchers must be 0 to 2000, not 2001",
        "--kills=1001 | --kills must be 0 to 1000, not 1001",
        "--directory=/no/such/folder | --directory /no/such/folder is not a folder"
      })
  void whatCannotBeMeasuredIsRefusedInOneLine(String argument, String message) {
    assertThat(refusal(argument)).isEqualTo(message);
  }

  @Test
  void killsNeedMembersThatBearThem() {
    assertThat(refusal("--members=1", "--kills=3"))
        .isEqualTo("--kills needs three members or more among --members");
    assertThat(StorePlan.STANDARD.killedMembers()).isEqualTo(3);
  }

  @Test
  void numbersThatAreNoneAreRefused() {
    assertThat(refusal("--clients=1,many")).contains("--clients").contains("'many'");
    assertThat(refusal("--output=xml")).contains("--output").contains("xml");
  }
}
