package io.luotsi.http.auth;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Authorizer;
import io.luotsi.core.apiserver.Authorizer.Attributes;
import io.luotsi.core.apiserver.UserInfo;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpHeader;

/**
 * Lets somebody act as somebody else, by {@code Impersonate-} headers, who may {@code impersonate}
 * each of the user, groups, uid and extra values that are named.
 *
 * @see "Source: apiserver pkg/endpoints/filters/impersonation"
 */
public final class Impersonation {
  private static final String PREFIX = "impersonate-";
  private static final String EXTRA = "extra-";
  private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
  private static final String AUTHENTICATION = "authentication.k8s.io";

  private final Authorizer authorizer;

  public Impersonation(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /** What the headers ask for. */
  private static final class Wanted {
    private String user = "";
    private String uid = "";
    private final List<String> groups = new ArrayList<>();
    private final Map<String, List<String>> extra = new LinkedHashMap<>();

    void read(String name, String value) {
      switch (name) {
        case "user" -> user = user.isEmpty() ? value : user;
        case "uid" -> uid = uid.isEmpty() ? value : uid;
        case "group" -> groups.add(value);
        default -> {
          if (name.startsWith(EXTRA)) {
            extra
                .computeIfAbsent(key(name.substring(EXTRA.length())), absent -> new ArrayList<>())
                .add(value);
          }
        }
      }
    }

    private static String key(String encoded) {
      try {
        return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return encoded; // as upstream: what does not decode is meant as it stands
      }
    }

    boolean isNothing() {
      return user.isEmpty() && isOnlyUser();
    }

    private boolean isOnlyUser() {
      return uid.isEmpty() && groups.isEmpty() && extra.isEmpty();
    }
  }

  /**
   * @param headers of the request
   * @return the user to act as: {@code user} if the headers name nobody else. Rejections:
   *     BadRequest if they name groups and the like but no user, Forbidden
   */
  public Outcome<UserInfo> apply(UserInfo user, Iterable<HttpHeader> headers) {
    Wanted wanted = wanted(headers);
    if (wanted.isNothing()) {
      return Outcome.done(user);
    }
    if (wanted.user.isEmpty()) {
      return Outcome.rejected(
          new Rejection.BadRequest(
              "requested " + listed(wanted) + " without impersonating a user"));
    }
    for (Attributes asked : asked(wanted)) {
      Optional<Rejection> refusal = authorizer.authorize(user, asked);
      if (refusal.isPresent()) {
        return Outcome.rejected(refusal.get());
      }
    }
    return Outcome.done(new UserInfo(wanted.user, wanted.uid, groups(wanted), wanted.extra));
  }

  private static Wanted wanted(Iterable<HttpHeader> headers) {
    Wanted wanted = new Wanted();
    for (HttpHeader header : headers) {
      String name = header.lowercaseName();
      if (name.startsWith(PREFIX)) {
        wanted.read(name.substring(PREFIX.length()), header.value());
      }
    }
    return wanted;
  }

  private static List<Attributes> asked(Wanted wanted) {
    List<Attributes> asked = new ArrayList<>();
    Optional<String[]> account = serviceAccount(wanted.user);
    asked.add(
        account
            .map(parts -> may("", "serviceaccounts", "", parts[0], parts[1]))
            .orElseGet(() -> may("", "users", "", "", wanted.user)));
    wanted.groups.forEach(group -> asked.add(may("", "groups", "", "", group)));
    wanted.extra.forEach(
        (key, values) ->
            values.forEach(value -> asked.add(may(AUTHENTICATION, "userextras", key, "", value))));
    if (!wanted.uid.isEmpty()) {
      asked.add(may(AUTHENTICATION, "uids", "", "", wanted.uid));
    }
    return asked;
  }

  private static Attributes may(
      String group, String resource, String subresource, String namespace, String name) {
    return new Attributes.Resource("impersonate", group, resource, subresource, namespace, name);
  }

  /** Namespace and name; empty if the user is no service account. */
  private static Optional<String[]> serviceAccount(String user) {
    if (!user.startsWith(SERVICE_ACCOUNT)) {
      return Optional.empty();
    }
    String[] parts = user.substring(SERVICE_ACCOUNT.length()).split(":", -1);
    return parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty()
        ? Optional.of(parts)
        : Optional.empty();
  }

  /** Those that were named, or else an account's own, and in any case whether it is anybody. */
  private static List<String> groups(Wanted wanted) {
    List<String> groups = new ArrayList<>(wanted.groups);
    Optional<String[]> account = serviceAccount(wanted.user);
    if (groups.isEmpty() && account.isPresent()) {
      groups.add("system:serviceaccounts");
      groups.add("system:serviceaccounts:" + account.get()[0]);
    }
    if (wanted.user.equals(UserInfo.ANONYMOUS.name())) {
      if (!groups.contains(UserInfo.UNAUTHENTICATED)) {
        groups.add(UserInfo.UNAUTHENTICATED);
      }
    } else if (!groups.contains(UserInfo.AUTHENTICATED)
        && !groups.contains(UserInfo.UNAUTHENTICATED)) {
      groups.add(UserInfo.AUTHENTICATED);
    }
    return groups;
  }

  /** As Go prints the object references that upstream makes of the headers. */
  private static String listed(Wanted wanted) {
    List<String> all = new ArrayList<>();
    wanted.groups.forEach(group -> all.add("{Group  " + group + "    }"));
    wanted.extra.forEach(
        (key, values) ->
            values.forEach(
                value ->
                    all.add("{UserExtra  " + value + "  " + AUTHENTICATION + "/v1  " + key + "}")));
    if (!wanted.uid.isEmpty()) {
      all.add("{UID  " + wanted.uid + "  " + AUTHENTICATION + "/v1  }");
    }
    return "[" + String.join(" ", all) + "]";
  }
}
