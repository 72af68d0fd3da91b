package io.luotsi.http.routes;

import io.luotsi.core.apiserver.Authorizer.Attributes;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a request asks for in the words of the API, before anybody knows whether there is such a
 * thing: upstream's {@code RequestInfo}.
 *
 * @param asked verb and object; of what is no resource, method and path
 */
record RequestInfo(Attributes asked) {
  /** Subresources that go on for as long as their client likes. */
  private static final Set<String> LONG_RUNNING =
      Set.of("attach", "exec", "log", "portforward", "proxy");

  static RequestInfo of(Call call, Optional<RequestPath> path) {
    return new RequestInfo(
        path.<Attributes>map(it -> resource(call, it))
            .orElseGet(
                () -> new Attributes.Path(call.method().toLowerCase(Locale.ROOT), call.path())));
  }

  private static Attributes resource(Call call, RequestPath path) {
    boolean isNamespace =
        path.group().isEmpty()
            && path.resource().equals("namespaces")
            && path.namespace().isEmpty();
    return new Attributes.Resource(
        verb(call, path),
        path.group(),
        path.resource(),
        path.subresource(),
        isNamespace ? path.name() : path.namespace(),
        path.name());
  }

  private static String verb(Call call, RequestPath path) {
    boolean one = !path.name().isEmpty();
    return switch (call.method()) {
      case "GET", "HEAD" -> {
        boolean watch = path.watch() || (call.query().flag("watch") && !one);
        yield watch ? "watch" : one ? "get" : "list";
      }
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> one ? "delete" : "deletecollection";
      default -> "";
    };
  }

  /** Whether it goes on, without being a watch: a session with a pod, or its log. */
  boolean isSession() {
    return asked instanceof Attributes.Resource resource
        && LONG_RUNNING.contains(resource.subresource());
  }
}
