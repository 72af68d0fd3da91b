package io.luotsi.http.auth;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.apiserver.TokenAuthenticator;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.core.token.AccountTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Bearer tokens that are good as long as the process runs, each with whose it is.
 *
 * @see "Source: apiserver pkg/authentication/token/tokenfile"
 */
public final class StaticTokens implements TokenAuthenticator {
  public static final StaticTokens NONE = new StaticTokens(Map.of());

  private static final int TOKEN = 0;
  private static final int USER = 1;
  private static final int UID = 2;
  private static final int GROUPS = 3;

  private final Map<String, UserInfo> users;

  private StaticTokens(Map<String, UserInfo> users) {
    this.users = Map.copyOf(users);
  }

  /**
   * Reads upstream's CSV: a line a token, {@code token,user,uid} and, if there are any, the groups
   * as one field with commas: {@code "a,b"}. Records without a token are passed over; of two with
   * the same one the last counts.
   *
   * @throws IllegalArgumentException if it is no such file; the message is one line
   */
  public static StaticTokens parse(String csv) {
    Map<String, UserInfo> users = new HashMap<>();
    for (List<String> record : Csv.parse(csv)) {
      if (record.size() <= UID) {
        throw new IllegalArgumentException(
            "it must have at least 3 columns (token, user name, user uid), found " + record.size());
      }
      if (!record.get(TOKEN).isEmpty()) {
        users.put(record.get(TOKEN), user(record));
      }
    }
    return new StaticTokens(users);
  }

  private static UserInfo user(List<String> record) {
    List<String> groups = new ArrayList<>();
    if (record.size() > GROUPS) {
      groups.addAll(Arrays.asList(record.get(GROUPS).split(",", -1)));
    }
    if (!groups.contains(UserInfo.AUTHENTICATED) && !groups.contains(UserInfo.UNAUTHENTICATED)) {
      groups.add(UserInfo.AUTHENTICATED);
    }
    return new UserInfo(record.get(USER), record.get(UID), groups);
  }

  /** They are for the API, and for nobody else. */
  @Override
  public CompletionStage<Outcome<Optional<Authenticated>>> authenticate(
      String token, List<String> audiences) {
    List<String> common = AccountTokens.AUDIENCES.stream().filter(audiences::contains).toList();
    return CompletableFuture.completedFuture(
        Outcome.done(
            common.isEmpty()
                ? Optional.empty()
                : user(token).map(user -> new Authenticated(user, common))));
  }

  Optional<UserInfo> user(String token) {
    return Optional.ofNullable(users.get(token));
  }

  public int size() {
    return users.size();
  }
}
