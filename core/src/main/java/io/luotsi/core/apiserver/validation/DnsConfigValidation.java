package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.List;
import java.util.Set;

/**
 * What a pod's resolver is told besides its policy, within what the C library takes.
 *
 * @see "Source: pkg/apis/core/validation validatePodDNSConfig"
 */
final class DnsConfigValidation {
  private static final int MOST_SERVERS = 3;
  private static final int MOST_SEARCHES = 32;
  private static final int MOST_SEARCH_CHARACTERS = 2048;

  private DnsConfigValidation() {}

  static void config(List<FieldError> errors, String path, JsonNode spec) {
    JsonNode config = spec.path("dnsConfig");
    JsonNode servers = config.path("nameservers");
    if (Checks.text(spec, "dnsPolicy").equals("None") && servers.isEmpty()) {
      errors.add(
          config.isObject()
              ? FieldError.required(
                  path + ".nameservers",
                  "must provide at least one DNS nameserver when `dnsPolicy` is None")
              : FieldError.required(path, "must provide `dnsConfig` when `dnsPolicy` is None"));
      return;
    }
    if (servers.size() > MOST_SERVERS) {
      errors.add(
          FieldError.invalid(
              path + ".nameservers",
              servers,
              "must not have more than " + MOST_SERVERS + " nameservers"));
    }
    int i = 0;
    for (JsonNode server : servers) {
      Addresses.readable(errors, path + ".nameservers[" + i++ + "]", server.asText(), Set.of());
    }
    searches(errors, path + ".searches", config.path("searches"));
    int j = 0;
    for (JsonNode option : config.path("options")) {
      if (Checks.text(option, "name").isEmpty()) {
        errors.add(FieldError.required(path + ".options[" + j + "]", "must not be empty"));
      }
      j++;
    }
  }

  private static void searches(List<FieldError> errors, String path, JsonNode searches) {
    if (searches.size() > MOST_SEARCHES) {
      errors.add(
          FieldError.invalid(
              path, searches, "must not have more than " + MOST_SEARCHES + " search paths"));
    }
    if (String.join(" ", Checks.texts(searches)).length() > MOST_SEARCH_CHARACTERS) {
      errors.add(
          FieldError.invalid(
              path,
              searches,
              "must not have more than "
                  + MOST_SEARCH_CHARACTERS
                  + " characters (including spaces) in the search list"));
    }
    int i = 0;
    for (JsonNode search : searches) {
      String here = path + "[" + i++ + "]";
      String domain = search.asText();
      if (!domain.equals(".")) {
        String bare = domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
        Checks.form(errors, here, bare, Names::dnsSubdomainWithUnderscore);
      }
    }
  }
}
