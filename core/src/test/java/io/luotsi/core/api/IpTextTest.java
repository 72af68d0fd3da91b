package io.luotsi.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpTextTest {
  @ParameterizedTest
  @CsvSource({
    "1.2.3.4, STANDARD, 1.2.3.4",
    "010.002.003.004, LEADING_ZEROS, 10.2.3.4",
    "0.0.0.0, STANDARD, 0.0.0.0",
    "::, STANDARD, ::",
    "::1, STANDARD, ::1",
    "FE80:0:0:0:0:0:0:0abc, STANDARD, fe80::abc",
    "1:0:0:2:0:0:0:3, STANDARD, 1:0:0:2::3",
    "1:0:2:3:4:5:6:7, STANDARD, 1:0:2:3:4:5:6:7",
    "2001:db8:0:0:1:0:0:1, STANDARD, 2001:db8::1:0:0:1",
    "1::, STANDARD, 1::",
    "::ffff:1.2.3.4, MAPPED, 1.2.3.4",
    "64:ff9b::1.2.3.4, STANDARD, 64:ff9b::102:304"
  })
  void whatIsAnAddressHasOneRightSpelling(String text, IpText.Form form, String canonical) {
    IpText address = IpText.parse(text).orElseThrow();
    assertThat(address.form()).isEqualTo(form);
    assertThat(address.canonical()).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1..3.4",
        ":",
        ":::",
        "1:2",
        "1::2::3",
        "12345::",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7::8",
        "::1.2.3",
        "::g",
        "1:2:3:4:5:6:7:",
        "::1:"
      })
  void whatIsNoneIsNone(String text) {
    assertThat(IpText.parse(text)).isEmpty();
  }
}
