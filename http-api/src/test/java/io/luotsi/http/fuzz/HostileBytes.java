package io.luotsi.http.fuzz;

import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.FieldValidation;
import io.luotsi.core.apiserver.Api.PatchBody;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.apiserver.Statuses;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.http.codec.BodyReader;
import io.luotsi.http.codec.BodyReader.Expected;
import io.luotsi.http.codec.BodyReader.Format;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Reads bytes as a server reads them of a client: the first says as what. Whatever they are, they
 * are taken or refused with a 4xx, or with the 500 that upstream has for a configuration that does
 * not fit the schema; nothing is thrown, and nothing is stored.
 */
final class HostileBytes {
  /** As what the bytes behind the first are read; in the order of that byte. */
  enum Reader {
    JSON,
    YAML,
    PROTOBUF,
    LABEL_SELECTOR,
    FIELD_SELECTOR,
    JSON_PATCH,
    MERGE_PATCH,
    STRATEGIC_MERGE_PATCH,
    APPLY
  }

  private static final GroupVersionResource DEPLOYMENTS =
      GroupVersionResource.of("apps/v1", "deployments");
  private static final GroupVersionKind DEPLOYMENT =
      new GroupVersionKind("apps", "v1", "Deployment");
  private static final WriteOptions DRY_RUN = new WriteOptions(true, "fuzz", FieldValidation.WARN);
  private static final int FIRST_REFUSAL = 400;
  private static final int FIRST_FAULT = 500;

  private static final String STORED =
      """
      {"metadata": {"name": "stored", "labels": {"a": "b"}}, "spec": {"replicas": 3,
        "selector": {"matchLabels": {"app": "x"}},
        "template": {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [
          {"name": "c", "image": "i", "env": [{"name": "A", "value": "a"}],
           "ports": [{"containerPort": 80}]}, {"name": "d", "image": "i"}]}}}}
      """;

  private final TestApi api = TestApi.create();
  private final ResourceType type = api.pipeline().catalog().find(DEPLOYMENTS).orElseThrow();

  HostileBytes() {
    api.client()
        .create(DEPLOYMENTS, "default", Json.readObject(STORED.getBytes(StandardCharsets.UTF_8)))
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  /**
   * @throws AssertionError if they are refused in another way
   */
  void read(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
    String text = new String(rest, StandardCharsets.UTF_8);
    switch (Reader.values()[Byte.toUnsignedInt(bytes[0]) % Reader.values().length]) {
      case JSON -> object(rest, Format.JSON);
      case YAML -> object(rest, Format.YAML);
      case PROTOBUF -> object(rest, Format.PROTOBUF);
      case LABEL_SELECTOR -> labels(text);
      case FIELD_SELECTOR -> check(FieldSelector.parse(text));
      case JSON_PATCH -> patch(rest, PatchType.JSON);
      case MERGE_PATCH -> patch(rest, PatchType.MERGE);
      case STRATEGIC_MERGE_PATCH -> patch(rest, PatchType.STRATEGIC_MERGE);
      case APPLY -> patch(rest, PatchType.APPLY);
    }
  }

  /** Reads an object, and creates it as far as that goes without storing it. */
  private void object(byte[] bytes, Format format) {
    Outcome<Body> body = BodyReader.object(bytes, format, new Expected(DEPLOYMENT, type.schema()));
    check(body);
    if (body instanceof Outcome.Done<Body>(Body done)) {
      check(api.pipeline().create(target(""), done, DRY_RUN));
    }
  }

  /** What a selector says of itself is the same selector. */
  private static void labels(String text) {
    Outcome<LabelSelector> selector = LabelSelector.parse(text);
    check(selector);
    if (selector instanceof Outcome.Done<LabelSelector>(LabelSelector done)) {
      LabelSelector again = LabelSelector.parse(done.describe()).orElseThrow();
      if (!Set.copyOf(again.requirements()).equals(Set.copyOf(done.requirements()))) {
        throw new AssertionError(done + " is described as " + again);
      }
    }
  }

  private void patch(byte[] bytes, PatchType patch) {
    Outcome<PatchBody> body =
        patch == PatchType.APPLY
            ? BodyReader.configuration(bytes, new ArrayList<>())
                .map(config -> new PatchBody(config, List.of()))
            : BodyReader.patch(bytes, patch == PatchType.JSON);
    check(body);
    if (body instanceof Outcome.Done<PatchBody>(PatchBody done)) {
      check(api.pipeline().patch(target("stored"), patch, done, true, DRY_RUN));
    }
  }

  private Target target(String name) {
    return new Target(UserInfo.component("admin"), type, "default", name, "");
  }

  private static <T> void check(CompletionStage<Outcome<T>> answer) {
    check(answer.toCompletableFuture().join());
  }

  private static <T> void check(Outcome<T> outcome) {
    if (outcome instanceof Outcome.Rejected<T>(Rejection why)) {
      int code = Statuses.of(why).path("code").asInt();
      boolean plain = why instanceof Rejection.Unclassified; // what upstream answers with 500
      if (!plain && (code < FIRST_REFUSAL || code >= FIRST_FAULT)) {
        throw new AssertionError(code + ": " + why);
      }
    }
  }
}
