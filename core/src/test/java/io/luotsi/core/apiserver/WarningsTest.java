package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.FieldValidation;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.patch.MergePatch;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** What upstream takes and warns of: a good object of {@link KindSamples} and a merge patch. */
class WarningsTest {
  private static final WriteOptions OPTIONS = new WriteOptions(false, "x", FieldValidation.WARN);

  private final TestApi api = TestApi.create();

  @ParameterizedTest
  @CsvFileSource(
      resources = "warned-of.csv",
      delimiter = '|',
      quoteCharacter = '~',
      numLinesToSkip = 1)
  void whatIsTakenAllTheSameIsWarnedOfInUpstreamsWords(
      String resource, String odd, String warning) {
    assertThat(warnings(resource, "x", odd)).contains(warning.replace('\'', '"'));
  }

  @Test
  void whatIsAsItShouldBeIsNotWarnedOf() {
    for (String resource : List.of("pods", "services", "deployments.apps", "replicasets.apps")) {
      assertThat(warnings(resource, "x", "{}")).as(resource).isEmpty();
    }
  }

  @Test
  void aClassOfIngressesIsWarnedOfIfTheAnnotationAloneSaysIt() {
    String ingresses = "ingresses.networking.k8s.io";
    String annotated = "'metadata':{'annotations':{'kubernetes.io/ingress.class':'c'}}";
    String warning =
        "annotation \"kubernetes.io/ingress.class\" is deprecated, please use"
            + " 'spec.ingressClassName' instead";
    assertThat(warnings(ingresses, "x", "{" + annotated + "}")).contains(warning);
    assertThat(warnings(ingresses, "y", "{" + annotated + ",'spec':{'ingressClassName':'c'}}"))
        .doesNotContain(warning);
  }

  @Test
  void aVariableThatExtendsItselfHidesNothing() {
    String env = "[{'name':'A','value':'1'},{'name':'A','value':'$(A)2'}]";
    assertThat(
            warnings(
                "pods",
                "x",
                "{'spec':{'containers':[{'name':'c','image':'i','env':%s}]}}".formatted(env)))
        .isEmpty();
  }

  @Test
  void aNameThatIsNoHostnameIsWarnedOfOnce() {
    String advice =
        ", which can result in surprising behavior; a DNS label is recommended: [must not contain"
            + " dots]";
    assertThat(warnings("pods", "a.b", "{}"))
        .containsExactly("metadata.name: this is used in the Pod's hostname" + advice);
    assertThat(warnings("deployments.apps", "a.b", "{}"))
        .containsExactly("metadata.name: this is used in Pod names and hostnames" + advice);
    assertThat(update("pods", "a.b", "{'metadata':{'labels':{'a':'b'}}}")).isEmpty();
  }

  @Test
  void aTemplateIsLookedAtAgainOnlyWhenItChanges() {
    String odd = "{'spec':{'template':{'spec':{'imagePullSecrets':[{'name':''}]}}}}";
    assertThat(warnings("deployments.apps", "x", odd)).hasSize(1);
    assertThat(update("deployments.apps", "x", "{'metadata':{'labels':{'a':'b'}}}")).isEmpty();
    assertThat(update("deployments.apps", "x", "{'spec':{'replicas':2}}"))
        .containsExactly("spec.template.spec.imagePullSecrets[0].name: invalid empty name \"\"");
  }

  @Test
  void theStatusOfAPodIsWarnedOfItsAddressesAlone() {
    ok(
        api.pipeline()
            .create(
                target("pods", ""),
                new Body(KindSamples.of("pods").object("x"), List.of()),
                OPTIONS));
    Target pod = target("pods", "x");
    Target status = new Target(pod.user(), pod.type(), pod.namespace(), pod.name(), "status");
    assertThat(
            ok(api.pipeline()
                    .patch(
                        status,
                        PatchType.MERGE,
                        json("{'status':{'podIP':'FE80:0::1','podIPs':[{'ip':'FE80:0::1'}]}}"),
                        false,
                        OPTIONS))
                .warnings())
        .containsExactly(
            "status.podIPs[0].ip: IPv6 address \"FE80:0::1\" should be in RFC 5952 canonical format"
                + " (\"fe80::1\")");
  }

  private List<String> warnings(String resource, String name, String odd) {
    ObjectNode object =
        MergePatch.apply(KindSamples.of(resource).object("x"), json(odd)).orElseThrow();
    object.withObject("metadata").put("name", name);
    return ok(api.pipeline().create(target(resource, ""), new Body(object, List.of()), OPTIONS))
        .warnings();
  }

  private List<String> update(String resource, String name, String patch) {
    return ok(api.pipeline()
            .patch(target(resource, name), PatchType.MERGE, json(patch), false, OPTIONS))
        .warnings();
  }

  private Target target(String resource, String name) {
    GroupVersionResource versioned =
        BuiltInCatalog.load()
            .stored(GroupResource.parse(resource))
            .orElseThrow()
            .groupVersionResource();
    return Requests.target(api, versioned, "default", name);
  }
}
