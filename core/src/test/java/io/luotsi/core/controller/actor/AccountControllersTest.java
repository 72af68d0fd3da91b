package io.luotsi.core.controller.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.Resources;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What controllers give every namespace, and every Secret that is to keep a token. */
class AccountControllersTest {
  private static final ObjectKey CERTIFICATE = ObjectKey.of("default", "kube-root-ca.crt");

  private final Cluster cluster = new Cluster();

  @AfterEach
  void stop() {
    cluster.close();
  }

  private ObjectNode await(GroupVersionResource resource, String name, Predicate<ObjectNode> good) {
    return cluster
        .await(
            resource,
            "default",
            all -> all.stream().anyMatch(one -> isNamed(one, name) && good.test(one)))
        .stream()
        .filter(one -> isNamed(one, name))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isNamed(ObjectNode object, String name) {
    return object.at("/metadata/name").asText().equals(name);
  }

  @Test
  void everyNamespaceHasItsDefaultAccountAgainWhenItIsDeleted() {
    ObjectNode first = await(Resources.SERVICE_ACCOUNTS, "default", account -> true);
    cluster.delete(
        Resources.SERVICE_ACCOUNTS, ObjectKey.of("default", "default"), DeleteOptions.DEFAULT);
    await(
        Resources.SERVICE_ACCOUNTS,
        "default",
        account -> !account.at("/metadata/uid").equals(first.at("/metadata/uid")));
  }

  @Test
  @Conformance("RootCA ConfigMap test")
  void everyNamespaceHasTheCertificateOfTheApiWhateverSomebodyDoesToIt() {
    String pem = Cluster.SETTINGS.rootCertificate();
    Predicate<ObjectNode> whole =
        map -> map.path("data").size() == 1 && map.path("data").path("ca.crt").asText().equals(pem);
    await(Resources.CONFIG_MAPS, CERTIFICATE.name(), whole);
    cluster.patch(
        Resources.CONFIG_MAPS, CERTIFICATE, "", "{\"data\": {\"ca.crt\": \"x\", \"more\": \"y\"}}");
    await(Resources.CONFIG_MAPS, CERTIFICATE.name(), whole);
    cluster.delete(Resources.CONFIG_MAPS, CERTIFICATE, DeleteOptions.DEFAULT);
    await(Resources.CONFIG_MAPS, CERTIFICATE.name(), whole);
  }

  @Test
  void aSecretIsFilledWithATokenOfItsAccountAndGoesWithIt() {
    ObjectNode robot =
        Json.readObject(
            cluster
                .create(
                    Resources.SERVICE_ACCOUNTS, "default", "{\"metadata\": {\"name\": \"robot\"}}")
                .json());
    cluster.create(Resources.SECRETS, "default", secret("kept", "robot"));
    ObjectNode filled =
        await(Resources.SECRETS, "kept", secret -> secret.path("data").has("token"));
    assertThat(text(filled, "namespace")).isEqualTo("default");
    assertThat(text(filled, "ca.crt")).isEqualTo(Cluster.SETTINGS.rootCertificate());
    assertThat(
            filled.at("/metadata/annotations").path("kubernetes.io/service-account.uid").asText())
        .isEqualTo(robot.at("/metadata/uid").asText());
    assertThat(TestApi.TOKENS.read(text(filled, "token")).orElseThrow().userName())
        .isEqualTo("system:serviceaccount:default:robot");
    cluster.delete(
        Resources.SERVICE_ACCOUNTS, ObjectKey.of("default", "robot"), DeleteOptions.DEFAULT);
    cluster.await(
        Resources.SECRETS, "default", all -> all.stream().noneMatch(one -> isNamed(one, "kept")));
  }

  @Test
  void aSecretOfAnAccountThatIsNotThereIsRemovedAndAnOrdinaryOneStays() {
    cluster.create(
        Resources.SECRETS, "default", "{\"metadata\": {\"name\": \"mine\"}, \"data\": {}}");
    cluster.create(Resources.SECRETS, "default", secret("kept", "nobody"));
    cluster.await(
        Resources.SECRETS, "default", all -> all.size() == 1 && isNamed(all.getFirst(), "mine"));
  }

  private static String secret(String name, String account) {
    return """
    {"metadata": {"name": "%s",
      "annotations": {"kubernetes.io/service-account.name": "%s"}},
     "type": "kubernetes.io/service-account-token"}
    """
        .formatted(name, account);
  }

  private static String text(ObjectNode secret, String field) {
    return new String(
        Base64.getDecoder().decode(secret.path("data").path(field).asText()),
        StandardCharsets.UTF_8);
  }
}
