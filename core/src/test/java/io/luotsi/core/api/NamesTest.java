package io.luotsi.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "a-b", "0", "a1", "a.b-c.d0"})
  void subdomains(String name) {
    assertThat(Names.dnsSubdomain(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "-a", "a-", "a..b", ".a", "a.", "a_b", "a b", "ä"})
  void noSubdomains(String name) {
    assertThat(Names.dnsSubdomain(name))
        .containsExactly(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters,"
                + " '-' or '.', and must start and end with an alphanumeric character (e.g."
                + " 'example.com', regex used for validation is"
                + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
  }

  @Test
  void lengthsAreBounded() {
    assertThat(Names.dnsLabel("a".repeat(63))).isEmpty();
    assertThat(Names.dnsLabel("a".repeat(64))).containsExactly("must be no more than 63 bytes");
    assertThat(Names.dnsSubdomain("a".repeat(254)))
        .containsExactly("must be no more than 253 bytes");
    assertThat(Names.qualifiedName("a".repeat(64)))
        .containsExactly("name part must be no more than 63 bytes");
  }

  @Test
  void aDomainIsNoLabelBecauseOfItsDots() {
    assertThat(Names.dnsLabel("a.b")).containsExactly("must not contain dots");
    assertThat(Names.dnsLabel("a..b").getFirst()).startsWith("a lowercase RFC 1123 label must");
  }

  @Test
  void labelsOfServicesBeginWithALetter() {
    assertThat(Names.dns1035Label("a-1")).isEmpty();
    assertThat(Names.dns1035Label("1a"))
        .containsExactly(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with"
                + " an alphabetic character, and end with an alphanumeric character (e.g."
                + " 'my-name',  or 'abc-123', regex used for validation is"
                + " '[a-z]([-a-z0-9]*[a-z0-9])?')");
  }

  @Test
  void qualifiedNamesHaveAPrefixOrNone() {
    for (String good : List.of("a", "A_b.c-D", "example.com/a")) {
      assertThat(Names.qualifiedName(good)).as(good).isEmpty();
    }
    assertThat(Names.qualifiedName("/a")).containsExactly("prefix part must be non-empty");
    assertThat(Names.qualifiedName("a/")).hasSize(2).contains("name part must be non-empty");
    assertThat(Names.qualifiedName("A/b").getFirst())
        .startsWith("prefix part a lowercase RFC 1123");
    assertThat(Names.qualifiedName("a/b/c").getFirst())
        .endsWith("with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
  }

  @Test
  void portNamesConfigKeysAndEnvironment() {
    assertThat(Names.portName("http-2")).isEmpty();
    assertThat(Names.portName("8080")).containsExactly("must contain at least one letter (a-z)");
    assertThat(Names.portName("a--b")).containsExactly("must not contain consecutive hyphens");
    assertThat(Names.configKey("a_B.c")).isEmpty();
    assertThat(Names.configKey("..a")).containsExactly("must not start with '..'");
    assertThat(Names.configKey("a/b").getFirst()).startsWith("a valid config key must consist of");
    assertThat(Names.environmentVariable("A.b-c d")).isEmpty();
    assertThat(Names.environmentVariable("a=b")).hasSize(1);
    assertThat(Names.labelValue("")).isEmpty();
  }
}
