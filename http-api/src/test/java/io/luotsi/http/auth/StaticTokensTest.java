package io.luotsi.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.apiserver.UserInfo;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaticTokensTest {
  @Test
  void aRecordSaysTokenUserUidAndGroups() {
    StaticTokens tokens =
        StaticTokens.parse(
            """
            one,jane,u-1,"readers,writers"

            "t,w""o","joe
            doe",u-2
            ,nobody,u-3
            open,oscar,u-4,system:unauthenticated
            """);

    assertThat(tokens.size()).isEqualTo(3);
    assertThat(tokens.user("one"))
        .contains(
            new UserInfo("jane", "u-1", List.of("readers", "writers", "system:authenticated")));
    assertThat(tokens.user("t,w\"o"))
        .contains(new UserInfo("joe\ndoe", "u-2", List.of("system:authenticated")));
    assertThat(tokens.user("open"))
        .contains(new UserInfo("oscar", "u-4", List.of("system:unauthenticated")));
    assertThat(tokens.user("")).isEmpty();
    assertThat(tokens.user("other")).isEmpty();
  }

  @Test
  void theLastOfTwoRecordsOfOneTokenCounts() {
    assertThat(StaticTokens.parse("t,a,1\r\nt,b,2\r\n").user("t").orElseThrow().name())
        .isEqualTo("b");
    assertThat(StaticTokens.parse("").size()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "a,b | it must have at least 3 columns (token, user name, user uid), found 2",
        "a,b\"c,d | parse error on line 1: bare \" in non-quoted field",
        "a,\"b\"c,d | parse error on line 1: extraneous or missing \" in quoted-field",
        "a,b,\"c | parse error on line 1: extraneous or missing \" in quoted-field",
      })
  void whatIsNoSuchFileIsRefusedInOneLine(String csv, String why) {
    assertThatThrownBy(() -> StaticTokens.parse(csv))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }
}
