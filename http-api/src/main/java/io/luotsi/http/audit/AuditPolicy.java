package io.luotsi.http.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Authorizer.Attributes;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.http.codec.BodyReader;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * What is to be written down of which requests: {@code Policy} of {@code audit.k8s.io/v1}. The
 * first rule that is about a request counts; what no rule is about is not written down.
 *
 * @see "Source: apiserver pkg/audit/policy checker.go, pkg/apis/audit/validation"
 */
public record AuditPolicy(List<Rule> rules) {
  private static final Set<String> FIELDS =
      Set.of("apiVersion", "kind", "metadata", "omitStages", "omitManagedFields", "rules");
  private static final Set<String> RULE_FIELDS =
      Set.of(
          "level",
          "users",
          "userGroups",
          "verbs",
          "resources",
          "namespaces",
          "nonResourceURLs",
          "omitStages",
          "omitManagedFields");
  private static final Set<String> RESOURCE_FIELDS = Set.of("group", "resources", "resourceNames");

  /** How much is written down; each has what the one before it has. */
  public enum Level {
    NONE("None"),
    METADATA("Metadata"),
    REQUEST("Request"),
    REQUEST_RESPONSE("RequestResponse");

    private final String word;

    Level(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** When it is written down. */
  public enum Stage {
    REQUEST_RECEIVED("RequestReceived"),
    RESPONSE_STARTED("ResponseStarted"),
    RESPONSE_COMPLETE("ResponseComplete"),
    PANIC("Panic");

    private final String word;

    Stage(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /**
   * @param resources may have stars: {@code pods/*}, {@code *&#47;scale}; none are all
   * @param names none are all
   */
  record Resources(String group, List<String> resources, List<String> names) {
    boolean match(Attributes.Resource asked) {
      return group.equals(asked.group())
          && (resources.isEmpty()
              || ((names.isEmpty() || names.contains(asked.name()))
                  && resources.stream().anyMatch(resource -> matches(resource, asked))));
    }

    private static boolean matches(String resource, Attributes.Resource asked) {
      String sub = asked.subresource();
      return resource.equals("*")
          || resource.equals(sub.isEmpty() ? asked.resource() : asked.resource() + "/" + sub)
          || (!sub.isEmpty() && resource.equals("*/" + sub))
          || resource.equals(asked.resource() + "/*");
    }
  }

  /**
   * @param omitStages of the rule and of the whole policy
   */
  public record Rule(
      Level level,
      List<String> users,
      List<String> userGroups,
      List<String> verbs,
      List<Resources> resources,
      List<String> namespaces,
      List<String> paths,
      Set<Stage> omitStages,
      boolean omitManagedFields) {
    private boolean matches(Optional<UserInfo> user, Attributes asked) {
      if (!users.isEmpty() && !user.map(who -> users.contains(who.name())).orElse(false)) {
        return false;
      }
      if (!userGroups.isEmpty()
          && user.stream().flatMap(who -> who.groups().stream()).noneMatch(userGroups::contains)) {
        return false;
      }
      return switch (asked) {
        case Attributes.Resource resource -> matches(resource);
        case Attributes.Path path -> matches(path);
      };
    }

    private boolean matches(Attributes.Resource asked) {
      if (!verbs.isEmpty() && !verbs.contains(asked.verb())) {
        return false;
      }
      if (namespaces.isEmpty() && resources.isEmpty()) {
        return paths.isEmpty();
      }
      return (namespaces.isEmpty() || namespaces.contains(asked.namespace()))
          && (resources.isEmpty() || resources.stream().anyMatch(one -> one.match(asked)));
    }

    private boolean matches(Attributes.Path asked) {
      if (!verbs.isEmpty() && !verbs.contains(asked.verb())) {
        return false;
      }
      return namespaces.isEmpty()
          && resources.isEmpty()
          && (paths.isEmpty() || paths.stream().anyMatch(path -> matches(path, asked.path())));
    }

    private static boolean matches(String pattern, String path) {
      return pattern.equals(path)
          || (pattern.endsWith("*") && path.startsWith(pattern.substring(0, pattern.length() - 1)));
    }
  }

  public AuditPolicy {
    rules = List.copyOf(rules);
  }

  /**
   * The rule that counts.
   *
   * @param user empty for somebody whom nobody knows
   * @return empty if nothing is to be written down
   */
  public Optional<Rule> ruleFor(Optional<UserInfo> user, Attributes asked) {
    for (Rule rule : rules) {
      if (rule.matches(user, asked)) {
        return rule.level() == Level.NONE ? Optional.empty() : Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  /**
   * @param yaml or JSON
   * @throws IllegalArgumentException in one line, if it is no policy
   */
  public static AuditPolicy read(byte[] yaml) {
    List<String> duplicates = new ArrayList<>();
    JsonNode policy =
        switch (BodyReader.configuration(yaml, duplicates)) {
          case Outcome.Done<JsonNode>(JsonNode read) -> read;
          case Outcome.Rejected<JsonNode>(Rejection why) ->
              throw new IllegalArgumentException(
                  why instanceof Rejection.BadRequest(String message) ? message : "no YAML");
        };
    check(duplicates.isEmpty(), "%s", String.join("; ", duplicates).replaceAll("\\s+", " "));
    check(
        policy.path("apiVersion").asText().equals("audit.k8s.io/v1")
            && policy.path("kind").asText().equals("Policy"),
        "it is no Policy of audit.k8s.io/v1");
    known(policy, FIELDS, "");
    check(!policy.path("rules").isEmpty(), "it has no rules");
    Set<Stage> omitted = stages(policy.path("omitStages"), "omitStages");
    boolean omitManaged = policy.path("omitManagedFields").asBoolean(false);
    List<Rule> rules = new ArrayList<>();
    for (JsonNode rule : policy.path("rules")) {
      rules.add(rule(rule, "rules[" + rules.size() + "]", omitted, omitManaged));
    }
    return new AuditPolicy(rules);
  }

  private static Rule rule(JsonNode rule, String at, Set<Stage> omitted, boolean omitManaged) {
    known(rule, RULE_FIELDS, at + ".");
    List<Resources> resources = new ArrayList<>();
    for (JsonNode one : rule.path("resources")) {
      String here = at + ".resources[" + resources.size() + "]";
      known(one, RESOURCE_FIELDS, here + ".");
      String group = one.path("group").asText("");
      check(!group.contains("/"), "%s.group: '%s' has a version", here, group);
      Resources read =
          new Resources(
              group,
              texts(one.path("resources"), here + ".resources"),
              texts(one.path("resourceNames"), here + ".resourceNames"));
      check(
          read.names().isEmpty() || !read.resources().isEmpty(),
          "%s.resourceNames: using resourceNames requires at least one resource",
          here);
      resources.add(read);
    }
    List<String> namespaces = texts(rule.path("namespaces"), at + ".namespaces");
    List<String> paths = texts(rule.path("nonResourceURLs"), at + ".nonResourceURLs");
    check(
        paths.isEmpty() || (resources.isEmpty() && namespaces.isEmpty()),
        "%s.nonResourceURLs: rules cannot apply to both regular resources and non-resource URLs",
        at);
    for (String path : paths) {
      int star = path.indexOf('*');
      check(
          path.equals("*") || path.startsWith("/"),
          "%s.nonResourceURLs: '%s' does not begin with '/'",
          at,
          path);
      check(
          star < 0 || star == path.length() - 1,
          "%s.nonResourceURLs: '%s' has a '*' before its end",
          at,
          path);
    }
    Set<Stage> omit = EnumSet.noneOf(Stage.class);
    omit.addAll(omitted);
    omit.addAll(stages(rule.path("omitStages"), at + ".omitStages"));
    return new Rule(
        level(rule.path("level").asText(""), at),
        texts(rule.path("users"), at + ".users"),
        texts(rule.path("userGroups"), at + ".userGroups"),
        texts(rule.path("verbs"), at + ".verbs"),
        List.copyOf(resources),
        namespaces,
        paths,
        omit,
        rule.path("omitManagedFields").asBoolean(omitManaged));
  }

  private static Level level(String word, String at) {
    for (Level level : Level.values()) {
      if (level.word().equals(word)) {
        return level;
      }
    }
    throw new IllegalArgumentException(
        at + ".level: '" + word + "' is none of None, Metadata, Request, RequestResponse");
  }

  private static Set<Stage> stages(JsonNode list, String at) {
    Set<Stage> stages = EnumSet.noneOf(Stage.class);
    for (String word : texts(list, at)) {
      int before = stages.size();
      for (Stage stage : Stage.values()) {
        if (stage.word().equals(word)) {
          stages.add(stage);
        }
      }
      check(stages.size() > before, "%s: '%s' is no stage, or is there twice", at, word);
    }
    return stages;
  }

  private static List<String> texts(JsonNode list, String at) {
    check(list.isMissingNode() || list.isNull() || list.isArray(), "%s is no list", at);
    for (JsonNode one : list) {
      check(one.isTextual(), "%s: %s is no text", at, one);
    }
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static void known(JsonNode object, Set<String> fields, String at) {
    check(object.isObject(), "%sit is no object", at);
    object
        .fieldNames()
        .forEachRemaining(name -> check(fields.contains(name), "%s%s: no such field", at, name));
  }

  private static void check(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }
}
