package io.luotsi.http.routes;

import io.luotsi.http.codec.Replies;
import io.luotsi.http.routes.HealthChecks.Check;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** {@code /healthz}, {@code /livez}, {@code /readyz} and the checks below them. */
final class Health {
  private Health() {}

  static List<Check> checks(HealthChecks checks, String endpoint) {
    return endpoint.equals("readyz") ? checks.ready() : checks.live();
  }

  /**
   * @param path {@code [endpoint]} or {@code [endpoint, check]}
   */
  static HttpResponse answer(HealthChecks checks, List<String> path, Query query) {
    String endpoint = path.getFirst();
    List<Check> asked = checks(checks, endpoint);
    if (path.size() == 1) {
      return all(endpoint, asked, query);
    }
    return asked.stream()
        .filter(check -> path.size() == 2 && check.name().equals(path.get(1)))
        .findFirst()
        .map(
            check ->
                check.healthy().getAsBoolean()
                    ? Replies.text(200, "ok")
                    : Replies.text(500, "internal server error: " + check.name() + " failed\n"))
        .orElseGet(Replies::pageNotFound);
  }

  private static HttpResponse all(String endpoint, List<Check> checks, Query query) {
    Set<String> excluded = new LinkedHashSet<>(query.all("exclude"));
    StringBuilder report = new StringBuilder();
    boolean healthy = true;
    for (Check check : checks) {
      if (excluded.remove(check.name())) {
        report.append("[+]").append(check.name()).append(" excluded: ok\n");
      } else if (check.healthy().getAsBoolean()) {
        report.append("[+]").append(check.name()).append(" ok\n");
      } else {
        report.append("[-]").append(check.name()).append(" failed: reason withheld\n");
        healthy = false;
      }
    }
    if (!excluded.isEmpty()) {
      report
          .append("warn: some health checks cannot be excluded: no matches for ")
          .append(excluded.stream().map(Query::quote).collect(Collectors.joining(", ")))
          .append('\n');
    }
    if (!healthy) {
      return Replies.text(500, report + endpoint + " check failed\n");
    }
    return Replies.text(200, query.has("verbose") ? report + endpoint + " check passed\n" : "ok");
  }
}
