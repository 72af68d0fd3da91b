package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a webhook is asked, in what words, and about which resources.
 *
 * @see "Source: apiserver pkg/util/webhook/validation.go; kubernetes
 *     pkg/apis/admissionregistration/validation"
 */
final class WebhookValidation {
  private static final List<String> REVIEW_VERSIONS = List.of("v1", "v1beta1");
  private static final String FORM = "; desired format: https://host[/path]";

  private WebhookValidation() {}

  static void client(List<FieldError> errors, String path, JsonNode client) {
    boolean url = client.hasNonNull("url");
    JsonNode service = client.path("service");
    if (url == service.isObject()) {
      errors.add(FieldError.required(path, "exactly one of url or service is required"));
    } else if (url) {
      url(errors, path + ".url", Checks.text(client, "url"));
    } else {
      service(errors, path + ".service", service);
    }
  }

  private static void url(List<FieldError> errors, String path, String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      errors.add(FieldError.required(path, "url must be a valid URL: " + e.getMessage() + FORM));
      return;
    }
    String scheme = orEmpty(url.getScheme());
    if (!scheme.equals("https")) {
      errors.add(FieldError.invalid(path, scheme, "'https' is the only allowed URL scheme" + FORM));
    }
    if (orEmpty(url.getRawAuthority()).isEmpty()) {
      errors.add(FieldError.invalid(path, "", "host must be specified" + FORM));
    }
    part(errors, path, url.getRawUserInfo(), "user information is not permitted in the URL");
    part(errors, path, url.getRawFragment(), "fragments are not permitted in the URL");
    part(errors, path, url.getRawQuery(), "query parameters are not permitted in the URL");
  }

  private static String orEmpty(@Nullable String part) {
    return part == null ? "" : part;
  }

  private static void part(
      List<FieldError> errors, String path, @Nullable String part, String detail) {
    if (!orEmpty(part).isEmpty()) {
      errors.add(FieldError.invalid(path, orEmpty(part), detail));
    }
  }

  private static void service(List<FieldError> errors, String path, JsonNode service) {
    Checks.required(errors, path, service, "name");
    Checks.required(errors, path, service, "namespace");
    JsonNode port = service.path("port");
    if (port.asInt() < 1 || port.asInt() > 65_535) {
      errors.add(
          FieldError.invalid(
              path + ".port", port, "port is not valid: must be between 1 and 65535, inclusive"));
    }
    String where = Checks.text(service, "path");
    if (where.isEmpty() || where.equals("/")) {
      return;
    }
    if (where.equals("//")) {
      errors.add(FieldError.invalid(path + ".path", where, "segment[0] may not be empty"));
      return;
    }
    if (!where.startsWith("/")) {
      errors.add(FieldError.invalid(path + ".path", where, "must start with a '/'"));
    }
    String rest = where.substring(1);
    String[] steps =
        (rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest).split("/", -1);
    for (int i = 0; i < steps.length; i++) {
      if (steps[i].isEmpty()) {
        errors.add(
            FieldError.invalid(path + ".path", where, "segment[" + i + "] may not be empty"));
        continue;
      }
      for (String wrong : Names.dnsSubdomain(steps[i])) {
        errors.add(FieldError.invalid(path + ".path", where, "segment[" + i + "]: " + wrong));
      }
    }
  }

  static void reviewVersions(List<FieldError> errors, String path, JsonNode versions) {
    String known = String.join(", ", REVIEW_VERSIONS);
    if (versions.isEmpty()) {
      errors.add(FieldError.required(path, "must specify one of " + known));
      return;
    }
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (String version : Checks.texts(versions)) {
      String here = path + "[" + i++ + "]";
      if (seen.add(version)) {
        Checks.form(errors, here, version, Names::dns1035Label);
      } else {
        errors.add(FieldError.invalid(here, version, "duplicate version"));
      }
    }
    if (REVIEW_VERSIONS.stream().noneMatch(seen::contains)) {
      errors.add(FieldError.invalid(path, versions, "must include at least one of " + known));
    }
  }

  /** Resources and subresources, either of which may be all there are. */
  static void resources(List<FieldError> errors, String path, JsonNode resources) {
    if (resources.isEmpty()) {
      errors.add(FieldError.required(path, ""));
    }
    List<String> names = Checks.texts(resources);
    Set<String> wholes = new HashSet<>();
    boolean lastIsResource = false;
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String here = path + "[" + i + "]";
      int slash = name.indexOf('/');
      if (name.isEmpty()) {
        errors.add(FieldError.required(here, ""));
      } else if (slash < 0) {
        lastIsResource = !name.equals("*"); // as upstream, who forgets those before
      } else {
        String subresource = name.substring(slash + 1);
        for (String whole : List.of(name.substring(0, slash) + "/*", "*/" + subresource)) {
          if (wholes.contains(whole)) {
            errors.add(
                FieldError.invalid(
                    here, name, "if '" + whole + "' is present, must not specify " + name));
          }
        }
        if (name.startsWith("*/") || name.endsWith("/*")) {
          wholes.add(name);
        }
      }
    }
    if (names.size() > 1 && names.contains("*/*")) {
      errors.add(
          FieldError.invalid(
              path, resources, "if '*/*' is present, must not specify other resources"));
    }
    if (names.contains("*") && lastIsResource) {
      errors.add(
          FieldError.invalid(
              path,
              resources,
              "if '*' is present, must not specify other resources without subresources"));
    }
  }
}
