package io.luotsi.core.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Authorizer.Attributes;
import io.luotsi.core.apiserver.UserInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A FlowSchema as it is obeyed: which requests are its own, and how it tells flows apart.
 *
 * @param uid empty for one that is obeyed although it is not stored
 * @param precedence lower ones are asked first
 * @param level name of its priority level
 * @see "Source: apiserver pkg/util/flowcontrol rule.go"
 */
public record FlowSchema(
    String name,
    String uid,
    int precedence,
    String level,
    Distinguisher distinguisher,
    List<Rule> rules) {
  private static final String ALL = "*";
  private static final String ACCOUNT_PREFIX = "system:serviceaccount:";

  /** By what the requests of a schema are told apart. */
  public enum Distinguisher {
    NONE,
    BY_USER,
    BY_NAMESPACE
  }

  public FlowSchema {
    rules = List.copyOf(rules);
  }

  /** Whose requests, and which of them. */
  record Rule(List<Subject> subjects, List<Resources> resources, List<Paths> paths) {
    Rule {
      subjects = List.copyOf(subjects);
      resources = List.copyOf(resources);
      paths = List.copyOf(paths);
    }

    boolean matches(UserInfo user, Attributes asked) {
      return switch (asked) {
        case Attributes.Resource resource -> concerns(resource) && isFrom(user);
        case Attributes.Path path -> concerns(path) && isFrom(user);
      };
    }

    private boolean isFrom(UserInfo user) {
      for (int i = 0; i < subjects.size(); i++) {
        if (subjects.get(i).is(user)) {
          return true;
        }
      }
      return false;
    }

    private boolean concerns(Attributes.Resource asked) {
      for (int i = 0; i < resources.size(); i++) {
        if (resources.get(i).matches(asked)) {
          return true;
        }
      }
      return false;
    }

    private boolean concerns(Attributes.Path asked) {
      for (int i = 0; i < paths.size(); i++) {
        if (paths.get(i).matches(asked)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Somebody; {@code *} as a name is everybody of that sort. */
  sealed interface Subject {
    boolean is(UserInfo user);

    record User(String name) implements Subject {
      @Override
      public boolean is(UserInfo user) {
        return name.equals(ALL) || name.equals(user.name());
      }
    }

    record Group(String name) implements Subject {
      @Override
      public boolean is(UserInfo user) {
        return name.equals(ALL) || user.groups().contains(name);
      }
    }

    /**
     * @param prefix of the names of a namespace's accounts
     * @param name {@code *} for all of them
     */
    record ServiceAccount(String prefix, String name) implements Subject {
      @Override
      public boolean is(UserInfo user) {
        String who = user.name();
        return who.startsWith(prefix)
            && (name.equals(ALL)
                || (who.length() == prefix.length() + name.length() && who.endsWith(name)));
      }
    }
  }

  /** Requests for resources; a subresource is named {@code pods/log}. */
  record Resources(
      Set<String> verbs,
      Set<String> groups,
      Set<String> resources,
      Set<String> namespaces,
      boolean clusterScope) {
    boolean matches(Attributes.Resource asked) {
      return has(verbs, asked.verb())
          && has(groups, asked.group())
          && (asked.namespace().isEmpty() ? clusterScope : has(namespaces, asked.namespace()))
          && (resources.contains(ALL) || resources.contains(resource(asked)));
    }

    private static String resource(Attributes.Resource asked) {
      return asked.subresource().isEmpty()
          ? asked.resource()
          : asked.resource() + "/" + asked.subresource();
    }
  }

  /** Requests for anything else; a path may end with {@code *}. */
  record Paths(Set<String> verbs, List<String> paths) {
    boolean matches(Attributes.Path asked) {
      return has(verbs, asked.verb())
          && paths.stream()
              .anyMatch(
                  path ->
                      path.equals(asked.path())
                          || (path.endsWith(ALL)
                              && asked.path().startsWith(path.substring(0, path.length() - 1))));
    }
  }

  private static boolean has(Set<String> words, String word) {
    return words.contains(ALL) || words.contains(word);
  }

  boolean matches(UserInfo user, Attributes asked) {
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).matches(user, asked)) {
        return true;
      }
    }
    return false;
  }

  /** What tells a request's flow from others of this schema; empty if it has only one. */
  String flowOf(UserInfo user, Attributes asked) {
    return switch (distinguisher) {
      case NONE -> "";
      case BY_USER -> user.name();
      case BY_NAMESPACE ->
          asked instanceof Attributes.Resource resource ? resource.namespace() : "";
    };
  }

  static FlowSchema read(StoredObject object) {
    return read(Json.readObject(object.json()), object.key().name(), object.uid());
  }

  static FlowSchema read(JsonNode object, String name, String uid) {
    JsonNode spec = object.path("spec");
    List<Rule> rules = new ArrayList<>();
    for (JsonNode rule : spec.path("rules")) {
      List<Subject> subjects = new ArrayList<>();
      rule.path("subjects").forEach(subject -> subjects.add(subject(subject)));
      List<Resources> resources = new ArrayList<>();
      rule.path("resourceRules").forEach(one -> resources.add(resources(one)));
      List<Paths> paths = new ArrayList<>();
      rule.path("nonResourceRules")
          .forEach(
              one ->
                  paths.add(
                      new Paths(
                          words(one.path("verbs")),
                          List.copyOf(words(one.path("nonResourceURLs"))))));
      rules.add(new Rule(subjects, resources, paths));
    }
    return new FlowSchema(
        name,
        uid,
        spec.path("matchingPrecedence").asInt(1_000),
        spec.path("priorityLevelConfiguration").path("name").asText(""),
        distinguisher(spec.path("distinguisherMethod").path("type").asText("")),
        rules);
  }

  private static Distinguisher distinguisher(String type) {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "byuser" -> Distinguisher.BY_USER;
      case "bynamespace" -> Distinguisher.BY_NAMESPACE;
      default -> Distinguisher.NONE;
    };
  }

  private static Subject subject(JsonNode subject) {
    JsonNode account = subject.path("serviceAccount");
    return switch (subject.path("kind").asText()) {
      case "User" -> new Subject.User(subject.path("user").path("name").asText());
      case "Group" -> new Subject.Group(subject.path("group").path("name").asText());
      default ->
          new Subject.ServiceAccount(
              ACCOUNT_PREFIX + account.path("namespace").asText() + ":",
              account.path("name").asText());
    };
  }

  private static Resources resources(JsonNode rule) {
    return new Resources(
        words(rule.path("verbs")),
        words(rule.path("apiGroups")),
        words(rule.path("resources")),
        words(rule.path("namespaces")),
        rule.path("clusterScope").asBoolean(false));
  }

  private static Set<String> words(JsonNode list) {
    Set<String> words = new HashSet<>();
    list.forEach(word -> words.add(word.asText()));
    return Set.copyOf(words);
  }
}
