package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.apiserver.Api.Written;
import io.luotsi.core.apiserver.Authorizer.Attributes;
import io.luotsi.core.apiserver.Authorizer.Decision;
import io.luotsi.core.apiserver.validation.ReviewValidation;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.rbac.Policy;
import io.luotsi.core.rbac.PolicyRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Questions who somebody is and what they may, asked by creating them. They are answered at once
 * and never stored.
 *
 * @see "Source: pkg/registry/authorization; pkg/registry/authentication/selfsubjectreview"
 */
final class Reviews {
  private static final Set<String> KINDS =
      Set.of(
          "selfsubjectreviews.authentication.k8s.io",
          "localsubjectaccessreviews.authorization.k8s.io",
          "selfsubjectaccessreviews.authorization.k8s.io",
          "selfsubjectrulesreviews.authorization.k8s.io",
          "subjectaccessreviews.authorization.k8s.io");

  private final Authorizer authorizer;

  Reviews(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /** Whether objects of the type are such questions. */
  static boolean concern(ResourceType type) {
    return KINDS.contains(type.groupResource().toString());
  }

  Outcome<Written> create(Target target, Body body, WriteOptions options) {
    ObjectNode review = body.object().deepCopy();
    return Bodies.complete(target.type(), review, body.complaints(), options.fieldValidation())
        .flatMap(
            warnings ->
                answer(target, review)
                    .map(done -> new Written(StoredObject.answer(review), true, warnings)));
  }

  /** Fills in the status; what is returned is the review itself. */
  private Outcome<ObjectNode> answer(Target target, ObjectNode review) {
    UserInfo user = target.user();
    ObjectNode metadata = ObjectMeta.of(review);
    JsonNode spec = review.path("spec");
    return switch (target.type().kind().kind()) {
      case "SelfSubjectReview" -> {
        review.putObject("status").set("userInfo", json(user));
        yield Outcome.done(review);
      }
      case "SelfSubjectRulesReview" -> rules(user, review);
      case "SelfSubjectAccessReview" ->
          checked(target, review, ReviewValidation.own(spec, metadata))
              .flatMap(valid -> access(user, valid));
      case "LocalSubjectAccessReview" -> {
        if (ObjectMeta.text(review, "namespace").isEmpty()) {
          metadata.put("namespace", target.namespace());
        }
        if (!ObjectMeta.text(review, "namespace").equals(target.namespace())) {
          yield Outcome.rejected(
              new Rejection.BadRequest(
                  "the namespace of the provided object does not match the namespace sent on the"
                      + " request"));
        }
        yield checked(target, review, ReviewValidation.local(spec, metadata))
            .flatMap(valid -> access(subject(spec), valid));
      }
      default ->
          checked(target, review, ReviewValidation.ofAnybody(spec, metadata))
              .flatMap(valid -> access(subject(spec), valid));
    };
  }

  private static Outcome<ObjectNode> checked(
      Target target, ObjectNode review, List<FieldError> errors) {
    return errors.isEmpty()
        ? Outcome.done(review)
        : Outcome.rejected(new Rejection.Invalid(target.type().kind(), "", errors));
  }

  private Outcome<ObjectNode> access(UserInfo user, ObjectNode review) {
    List<String> errors = new ArrayList<>();
    Attributes asked = attributes(review.path("spec"), errors);
    ObjectNode status = review.putObject("status");
    switch (authorizer.decide(user, asked)) {
      case Decision.Allowed(String reason) -> said(status.put("allowed", true), "reason", reason);
      case Decision.NotAllowed(String reason) ->
          said(status.put("allowed", false), "reason", reason);
      case Decision.Unknown(Rejection why) -> {
        return Outcome.rejected(why);
      }
    }
    said(status, "evaluationError", String.join("; ", errors));
    return Outcome.done(review);
  }

  private static void said(ObjectNode status, String field, String text) {
    if (!text.isEmpty()) {
      status.put(field, text);
    }
  }

  private static Attributes attributes(JsonNode spec, List<String> errors) {
    JsonNode resource = spec.path("resourceAttributes");
    if (!resource.isObject()) {
      JsonNode path = spec.path("nonResourceAttributes");
      return new Attributes.Path(path.path("verb").asText(""), path.path("path").asText(""));
    }
    return new Attributes.Resource(
        resource.path("verb").asText(""),
        resource.path("group").asText(""),
        resource.path("resource").asText(""),
        resource.path("subresource").asText(""),
        resource.path("namespace").asText(""),
        resource.path("name").asText(""),
        fields(resource.path("fieldSelector"), errors));
  }

  /** Labels decide nothing here; fields do for nodes. */
  private static FieldSelector fields(JsonNode selector, List<String> errors) {
    List<FieldSelector.Term> terms = new ArrayList<>();
    boolean whole = true;
    for (JsonNode requirement : selector.path("requirements")) {
      String operator = requirement.path("operator").asText("");
      JsonNode values = requirement.path("values");
      if (values.size() == 1 && (operator.equals("In") || operator.equals("NotIn"))) {
        terms.add(
            new FieldSelector.Term(
                requirement.path("key").asText(""), operator.equals("In"), values.get(0).asText()));
      } else {
        whole = false;
      }
    }
    if (FieldSelector.parse(selector.path("rawSelector").asText(""))
        instanceof Outcome.Done<FieldSelector>(FieldSelector raw)) {
      terms.addAll(raw.terms());
    } else {
      whole = false;
    }
    if (!whole) {
      errors.add(
          "spec.resourceAttributes.fieldSelector "
              + (terms.isEmpty() ? "" : "partially ")
              + "ignored due to parse error");
    }
    return new FieldSelector(terms);
  }

  private static UserInfo subject(JsonNode spec) {
    Map<String, List<String>> extra = new HashMap<>();
    spec.path("extra")
        .properties()
        .forEach(one -> extra.put(one.getKey(), ObjectMeta.strings(one.getValue())));
    return new UserInfo(
        spec.path("user").asText(""),
        spec.path("uid").asText(""),
        ObjectMeta.strings(spec.path("groups")),
        extra);
  }

  private Outcome<ObjectNode> rules(UserInfo user, ObjectNode review) {
    String namespace = review.at("/spec/namespace").asText("");
    if (namespace.isEmpty()) {
      return Outcome.rejected(new Rejection.BadRequest("no namespace on request"));
    }
    return authorizer
        .policy()
        .map(policy -> policy.rulesOf(user.name(), user.groups(), namespace))
        .map(
            held -> {
              review.set("spec", Json.object()); // as upstream, which answers a new object
              review.set("status", status(user, held));
              return review;
            });
  }

  private static ObjectNode status(UserInfo user, Policy.Rules held) {
    ObjectNode status = Json.object();
    ArrayNode resources = status.putArray("resourceRules");
    ArrayNode paths = status.putArray("nonResourceRules");
    for (PolicyRule rule : held.rules()) {
      if (!rule.resources().isEmpty()) {
        resources.add(rule.json());
      }
      if (!rule.nonResourceUrls().isEmpty()) {
        paths.add(rule.json());
      }
    }
    // What a node may depends on the pods that it has, and is no list of rules.
    boolean isNode = user.nodeName().isPresent();
    status.put("incomplete", isNode);
    List<String> errors = new ArrayList<>();
    if (isNode) {
      errors.add("node authorizer does not support user rule resolution");
    }
    if (!held.errors().isEmpty()) {
      errors.add(held.errors());
    }
    said(status, "evaluationError", String.join(", ", errors));
    return status;
  }

  static ObjectNode json(UserInfo user) {
    ObjectNode json = Json.object();
    said(json, "username", user.name());
    said(json, "uid", user.uid());
    if (!user.groups().isEmpty()) {
      ArrayNode groups = json.putArray("groups");
      user.groups().forEach(groups::add);
    }
    if (!user.extra().isEmpty()) {
      ObjectNode extra = json.putObject("extra");
      new TreeMap<>(user.extra())
          .forEach(
              (key, values) -> {
                ArrayNode array = extra.putArray(key);
                values.forEach(array::add);
              });
    }
    return json;
  }
}
