package io.luotsi.core.podsecurity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecurityChecksTest {
  private static final String HARMLESS =
      "'containers': [{'name': 'a', 'securityContext': {'allowPrivilegeEscalation': false,"
          + " 'runAsNonRoot': true, 'capabilities': {'drop': ['ALL']},"
          + " 'seccompProfile': {'type': 'RuntimeDefault'}}}]";

  private static String check(String standard, String spec) {
    return check(standard, "{}", spec);
  }

  private static String check(String standard, String metadata, String spec) {
    String[] parts = standard.split(":");
    Standard asked =
        new Standard(
            Level.parse(parts[0]).orElseThrow(), Standard.parseVersion(parts[1]).orElseThrow());
    return Violation.details(
        SecurityChecks.violations(asked, json(metadata), json("{" + spec + "}")));
  }

  private static ObjectNode json(String text) {
    return Json.readObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aPodThatSaysNothingIsBaselineAndNotRestricted() {
    String spec = "'containers': [{'name': 'a'}, {'name': 'b'}], 'initContainers': [{'name': 'i'}]";
    assertThat(check("privileged:latest", spec)).isEmpty();
    assertThat(check("baseline:latest", spec)).isEmpty();
    assertThat(check("restricted:latest", spec))
        .isEqualTo(
            "allowPrivilegeEscalation != false (containers \"i\", \"a\", \"b\" must set"
                + " securityContext.allowPrivilegeEscalation=false), unrestricted capabilities"
                + " (containers \"i\", \"a\", \"b\" must set"
                + " securityContext.capabilities.drop=[\"ALL\"]), runAsNonRoot != true (pod or"
                + " containers \"i\", \"a\", \"b\" must set securityContext.runAsNonRoot=true),"
                + " seccompProfile (pod or containers \"i\", \"a\", \"b\" must set"
                + " securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")");
    assertThat(check("restricted:latest", HARMLESS)).isEmpty();
    assertThat(check("restricted:v1.7", "'securityContext': {'runAsNonRoot': true}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'hostNetwork': true, 'hostIPC': true | host namespaces (hostNetwork=true, hostIPC=true)
          'volumes': [{'name': 'v', 'hostPath': {}}] | hostPath volumes (volume "v")
          'containers': [{'name': 'a', 'ports': [{'hostPort': 80}, {'hostPort': 81}]}] \
          | hostPort (container "a" uses hostPorts 80, 81)
          'containers': [{'name': 'a', 'securityContext': {'privileged': true}}] \
          | privileged (container "a" must not set securityContext.privileged=true)
          'containers': [{'name': 'a', 'securityContext': {'capabilities': {'add': ['X', 'CHOWN']}}}] \
          | non-default capabilities (container "a" must not include "X" in securityContext.capabilities.add)
          'containers': [{'name': 'a', 'securityContext': {'procMount': 'Unmasked'}}] \
          | procMount (container "a" must not set securityContext.procMount to "Unmasked")
          'securityContext': {'seLinuxOptions': {'type': 't', 'user': 'u', 'role': 'r'}} \
          | seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "t"; user may not be set; role may not be set)
          'securityContext': {'seccompProfile': {'type': 'Unconfined'}} \
          | seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")
          'securityContext': {'sysctls': [{'name': 'kernel.msgmax'}, {'name': 'net.ipv4.tcp_rmem'}]} \
          | forbidden sysctls (kernel.msgmax)
          'securityContext': {'windowsOptions': {'hostProcess': true}} \
          | hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)
          'securityContext': {'appArmorProfile': {'type': 'Unconfined'}} \
          | forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")
          'containers': [{'name': 'a', 'livenessProbe': {'httpGet': {'host': 'h'}}}] \
          | probe or lifecycle host (container "a" uses probe or lifecycle host "h")
          """)
  void theBaselineForbids(String spec, String why) {
    assertThat(check("baseline:latest", spec)).isEqualTo(why);
    assertThat(check("privileged:latest", spec)).isEmpty();
  }

  @Test
  void theRestrictedLevelReplacesSomeOfTheBaseline() {
    assertThat(check("restricted:latest", HARMLESS + ", 'volumes': [{'name': 'v', 'nfs': {}}]"))
        .isEqualTo("restricted volume types (volume \"v\" uses restricted volume type \"nfs\")");
    assertThat(
            check("restricted:latest", HARMLESS + ", 'volumes': [{'name': 'v', 'hostPath': {}}]"))
        .isEqualTo(
            "restricted volume types (volume \"v\" uses restricted volume type \"hostPath\")");
    assertThat(check("restricted:latest", HARMLESS + ", 'securityContext': {'runAsUser': 0}"))
        .isEqualTo("runAsUser=0 (pod must not set runAsUser=0)");
    assertThat(check("restricted:v1.22", HARMLESS + ", 'securityContext': {'runAsUser': 0}"))
        .isEmpty();
    assertThat(check("restricted:latest", HARMLESS + ", 'hostPID': true, 'hostNetwork': true"))
        .isEqualTo("host namespaces (hostNetwork=true, hostPID=true)");
  }

  @Test
  void oldVersionsReadAnnotationsAndKnowFewerSysctls() {
    String metadata = "{'annotations': {'seccomp.security.alpha.kubernetes.io/pod': 'unconfined'}}";
    assertThat(check("baseline:v1.18", metadata, "'containers': []"))
        .isEqualTo(
            "seccompProfile (forbidden annotation"
                + " seccomp.security.alpha.kubernetes.io/pod=\"unconfined\")");
    assertThat(check("baseline:v1.19", metadata, "'containers': []")).isEmpty();
    String sysctl = "'securityContext': {'sysctls': [{'name': 'net.ipv4.tcp_rmem'}]}";
    assertThat(check("baseline:v1.31", sysctl)).isEqualTo("forbidden sysctls (net.ipv4.tcp_rmem)");
    assertThat(check("baseline:v1.32", sysctl)).isEmpty();
  }

  @Test
  void usersOfItsOwnMakeRootHarmlessSince35() {
    String spec =
        "'hostUsers': false, 'containers': [{'name': 'a', 'securityContext': {"
            + "'allowPrivilegeEscalation': false, 'runAsUser': 0,"
            + " 'capabilities': {'drop': ['ALL']}, 'seccompProfile': {'type': 'Localhost'}}}]";
    assertThat(check("restricted:v1.34", spec)).contains("runAsNonRoot").contains("runAsUser=0");
    assertThat(check("restricted:v1.35", spec)).isEmpty();
  }

  @Test
  void labelsSayWhatANamespaceWants() {
    SecurityPolicy policy =
        SecurityPolicy.of(
            Map.of(
                "pod-security.kubernetes.io/enforce", "baseline",
                "pod-security.kubernetes.io/enforce-version", "v1.30"));
    assertThat(policy.enforce()).hasToString("baseline:v1.30");
    assertThat(policy.warn()).hasToString("baseline:v1.30");
    assertThat(policy.audit()).hasToString("privileged:latest");
    assertThat(SecurityPolicy.of(Map.of("a", "b")).isPrivileged()).isTrue();
  }

  @Test
  void labelsThatSayNothingCountAsTheStrictest() {
    SecurityPolicy policy =
        SecurityPolicy.of(
            Map.of(
                "pod-security.kubernetes.io/enforce", "strict",
                "pod-security.kubernetes.io/warn-version", "1.30"));
    assertThat(policy.enforce()).hasToString("restricted:latest");
    assertThat(policy.warn()).hasToString("privileged:latest");
    assertThat(policy.errors().stream().map(FieldError::message))
        .containsExactly(
            "metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: \"strict\": must"
                + " be one of privileged, baseline, restricted",
            "metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: \"1.30\":"
                + " must be \"latest\" or \"v1.x\"");
  }
}
