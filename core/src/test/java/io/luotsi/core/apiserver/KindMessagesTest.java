package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.patch.MergePatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is said of objects that upstream refuses, too: a good object of {@link KindSamples}, a merge
 * patch that spoils it, and upstream's words. Quotation marks are written as apostrophes.
 */
class KindMessagesTest {
  private final TestApi api = TestApi.create();
  private final PipelineClient client = api.client();

  @ParameterizedTest
  @CsvFileSource(
      resources = {"creations-refused.csv", "pods-refused.csv"},
      delimiter = '|',
      quoteCharacter = '~',
      numLinesToSkip = 1)
  void aNewObjectIsRefusedInUpstreamsWords(String resource, String spoil, String message) {
    ResourceType type = type(resource);
    ObjectNode object = KindSamples.of(resource).object("x");
    ok(create(type, object.deepCopy(), "good"));

    ObjectNode spoilt = MergePatch.apply(object, json(spoil)).orElseThrow();

    assertThat(errors(client.create(type.groupVersionResource(), namespace(type), spoilt)))
        .map(KindMessagesTest::spelt)
        .contains(message);
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "updates-refused.csv",
      delimiter = '|',
      quoteCharacter = '~',
      numLinesToSkip = 1)
  void aChangeIsRefusedInUpstreamsWords(String resource, String spoil, String message) {
    ResourceType type = type(resource);
    ok(create(type, KindSamples.of(resource).object("x"), name(type)));
    ObjectKey key =
        type.namespaced() ? ObjectKey.of("default", name(type)) : ObjectKey.of(name(type));

    assertThat(
            errors(
                client.patch(type.groupVersionResource(), key, "", PatchType.MERGE, json(spoil))))
        .map(KindMessagesTest::spelt)
        .contains(message);
  }

  /**
   * Of an object that is not quite the sample; {@code {...}} stands for any object. A status that
   * it has is written through the first of two subresources.
   */
  @ParameterizedTest
  @CsvFileSource(
      resources = "writes-refused.csv",
      delimiter = '|',
      quoteCharacter = '~',
      emptyValue = "",
      numLinesToSkip = 1)
  void aWriteIsRefusedInUpstreamsWords(
      String resource, String subresource, String before, String change, String message) {
    Pattern expected = Pattern.compile(Pattern.quote(message).replace("{...}", "\\E\\{.*\\}\\Q"));

    assertThat(errors(write(resource, subresource, before, change)))
        .map(KindMessagesTest::spelt)
        .anyMatch(error -> expected.matcher(error).matches());
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "writes-taken.csv",
      delimiter = '|',
      quoteCharacter = '~',
      emptyValue = "",
      numLinesToSkip = 1)
  void aWriteIsTakenAsUpstreamDoes(
      String resource, String subresource, String before, String change) {
    ok(write(resource, subresource, before, change));
  }

  /** What comes of a change of the sample as it is once {@code before} has been done to it. */
  private CompletionStage<Outcome<StoredObject>> write(
      String resource, String subresource, String before, String change) {
    ResourceType type = type(resource);
    ObjectNode object =
        MergePatch.apply(KindSamples.of(resource).object("x"), json(before)).orElseThrow();
    ok(create(type, object, name(type)));
    ObjectKey key =
        type.namespaced() ? ObjectKey.of("default", name(type)) : ObjectKey.of(name(type));
    List<String> through = List.of((subresource == null ? "" : subresource).split("/"));
    if (json(before).has("status")) {
      ok(patch(type, key, through.size() > 1 ? through.getFirst() : "status", before));
    }
    return patch(type, key, through.getLast(), change);
  }

  private CompletionStage<Outcome<StoredObject>> patch(
      ResourceType type, ObjectKey key, String subresource, String change) {
    return client.patch(
        type.groupVersionResource(), key, subresource, PatchType.MERGE, json(change));
  }

  /** A part that upstream's types have by value is there, and defaulted, whoever leaves it out. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          pods | {'spec': null} | spec | false
          podtemplates | {'template': {'spec': null}} | template.spec | false
          podtemplates | {'template': null} | template.spec | false
          replicationcontrollers | {'spec': {'template': {'spec': null}}} | spec.template.spec | false
          deployments.apps | {'spec': {'template': {'spec': null}}} | spec.template.spec | false
          replicasets.apps | {'spec': {'template': {'spec': null}}} | spec.template.spec | false
          statefulsets.apps | {'spec': {'template': {'spec': null}}} | spec.template.spec | false
          daemonsets.apps | {'spec': {'template': {'spec': null}}} | spec.template.spec | false
          jobs.batch | {'spec': {'template': {'spec': null}}} | spec.template.spec | true
          jobs.batch | {'spec': {'template': null}} | spec.template.spec | true
          cronjobs.batch | {'spec': {'jobTemplate': {'spec': null}}} \
          | spec.jobTemplate.spec.template.spec | true
          cronjobs.batch | {'spec': {'jobTemplate': null}} \
          | spec.jobTemplate.spec.template.spec | true
          """)
  void whatIsLeftOutOfATemplateIsSaidToLackContainers(
      String resource, String spoil, String path, boolean ends) {
    ResourceType type = type(resource);
    ObjectNode object = KindSamples.of(resource).object("x");
    ObjectNode spoilt = MergePatch.apply(object, json(spoil)).orElseThrow();
    List<String> expected = new ArrayList<>(List.of(path + ".containers: Required value"));
    if (ends) {
      expected.add(path + ".restartPolicy: Required value: valid values: 'OnFailure', 'Never'");
    }

    assertThat(errors(client.create(type.groupVersionResource(), namespace(type), spoilt)))
        .map(KindMessagesTest::spelt)
        .containsExactlyElementsOf(expected);
  }

  /** As the tables spell it: what is long or different each time by one word. */
  private static String spelt(String error) {
    return error
        .replace('"', '\'')
        .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "UID")
        .replaceAll("a lowercase RFC 1123 subdomain must .*", "SUBDOMAIN")
        .replaceAll("a lowercase RFC 1123 label must .*", "LABEL")
        .replaceAll("'any', 'cert sign', .*", "USAGES")
        .replaceAll("(?s)\n.*", " DIFF");
  }

  private CompletionStage<Outcome<StoredObject>> create(
      ResourceType type, ObjectNode object, String name) {
    object.withObject("metadata").put("name", name);
    return client.create(type.groupVersionResource(), namespace(type), object);
  }

  private static String name(ResourceType type) {
    return type.plural().equals("ipaddresses") ? "10.9.8.7" : "x";
  }

  private static String namespace(ResourceType type) {
    return type.namespaced() ? "default" : "";
  }

  private static ResourceType type(String resource) {
    return BuiltInCatalog.load().stored(GroupResource.parse(resource)).orElseThrow();
  }

  private static List<String> errors(CompletionStage<Outcome<StoredObject>> stage) {
    return switch (stage.toCompletableFuture().join()) {
      case Outcome.Rejected<StoredObject>(Rejection.Invalid invalid) ->
          invalid.errors().stream().map(FieldError::message).toList();
      case Outcome<StoredObject> other -> throw new AssertionError(other.toString());
    };
  }
}
