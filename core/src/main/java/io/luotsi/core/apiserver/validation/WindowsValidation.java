package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * As whom containers run on Windows, and those that are processes of the host.
 *
 * @see "Source: pkg/apis/core/validation validateWindowsSecurityContextOptions,
 *     validateWindowsHostProcessPod"
 */
final class WindowsValidation {
  private static final int MOST_CREDENTIAL_KIB = 64;
  private static final int DOMAIN_LENGTH = 256;
  private static final int MOST_USER_LENGTH = 104;
  private static final String DNS_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
  private static final Pattern DNS = Pattern.compile(DNS_LABEL + "(?:\\." + DNS_LABEL + ")*");
  private static final Pattern NET_BIOS =
      Pattern.compile("[^\\\\/:*?\"<>|.][^\\\\/:*?\"<>|]{0,14}", Pattern.DOTALL);
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  private static final Pattern ONLY_DOTS = Pattern.compile("[. ]+");
  private static final Pattern NOT_OF_USERS = Pattern.compile("[\"/\\\\:;|=,+*?<>@\\[\\]]");

  private WindowsValidation() {}

  /**
   * @param path of the options
   */
  static void options(List<FieldError> errors, String path, JsonNode options) {
    if (options.hasNonNull("gmsaCredentialSpecName")) {
      Checks.form(
          errors,
          path + ".gmsaCredentialSpecName",
          Checks.text(options, "gmsaCredentialSpecName"),
          MetadataValidation.SUBDOMAIN);
    }
    if (options.hasNonNull("gmsaCredentialSpec")) {
      credential(errors, path + ".gmsaCredentialSpec", Checks.text(options, "gmsaCredentialSpec"));
    }
    if (options.hasNonNull("runAsUserName")) {
      account(errors, path + ".runAsUserName", Checks.text(options, "runAsUserName"));
    }
  }

  private static void credential(List<FieldError> errors, String path, String credential) {
    if (credential.isEmpty()) {
      errors.add(
          FieldError.invalid(path, credential, "gmsaCredentialSpec cannot be an empty string"));
    } else if (bytes(credential) > MOST_CREDENTIAL_KIB * 1024) {
      errors.add(
          FieldError.invalid(
              path,
              credential,
              "gmsaCredentialSpec size must be under " + MOST_CREDENTIAL_KIB + " KiB"));
    }
  }

  /** A user, or a domain, a backslash and a user. */
  private static void account(List<FieldError> errors, String path, String account) {
    String[] parts = account.split("\\\\", -1);
    if (account.isEmpty()) {
      errors.add(FieldError.invalid(path, account, "runAsUserName cannot be an empty string"));
    } else if (CONTROL.matcher(account).find()) {
      errors.add(
          FieldError.invalid(path, account, "runAsUserName cannot contain control characters"));
    } else if (parts.length > 2) {
      errors.add(
          FieldError.invalid(
              path, account, "runAsUserName cannot contain more than one backslash"));
    } else {
      if (parts.length == 2) {
        domain(errors, path, account, parts[0]);
      }
      user(errors, path, account, parts[parts.length - 1]);
    }
  }

  private static void domain(List<FieldError> errors, String path, String account, String domain) {
    if (bytes(domain) >= DOMAIN_LENGTH) {
      errors.add(
          FieldError.invalid(
              path,
              account,
              "runAsUserName's Domain length must be under " + DOMAIN_LENGTH + " characters"));
    }
    if (!NET_BIOS.matcher(domain).matches() && !DNS.matcher(domain).matches()) {
      errors.add(
          FieldError.invalid(
              path,
              account,
              "runAsUserName's Domain doesn't match the NetBios nor the DNS format"));
    }
  }

  private static void user(List<FieldError> errors, String path, String account, String user) {
    if (user.isEmpty()) {
      errors.add(FieldError.invalid(path, account, "runAsUserName's User cannot be empty"));
    } else if (bytes(user) > MOST_USER_LENGTH) {
      errors.add(
          FieldError.invalid(
              path,
              account,
              "runAsUserName's User length must not be longer than "
                  + MOST_USER_LENGTH
                  + " characters"));
    }
    if (ONLY_DOTS.matcher(user).matches()) {
      errors.add(
          FieldError.invalid(
              path, account, "runAsUserName's User cannot contain only periods or spaces"));
    }
    if (NOT_OF_USERS.matcher(user).find()) {
      errors.add(
          FieldError.invalid(
              path,
              account,
              "runAsUserName's User cannot contain the following characters:"
                  + " \"/\\:;|=,+*?<>@[]"));
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * Either all containers of a pod are processes of its host, or none is.
   *
   * @param path of the pod's spec
   */
  static void hostProcesses(List<FieldError> errors, String path, JsonNode spec) {
    JsonNode ofPod = hostProcess(spec.path("securityContext"));
    List<PodContainers.Placed> containers = PodContainers.of(path, spec);
    int processes = 0;
    for (PodContainers.Placed placed : containers) {
      JsonNode own = hostProcess(placed.securityContext());
      if (ofPod.isBoolean() && own.isBoolean() && !ofPod.equals(own)) {
        errors.add(
            FieldError.invalid(
                placed.securityPath() + ".windowsOptions.hostProcess",
                own,
                "pod hostProcess value must be identical if both are specified, was " + ofPod));
      }
      if (own.asBoolean(ofPod.asBoolean(false))) {
        processes++;
      }
    }
    if (processes == 0) {
      return;
    }
    if (processes != containers.size()) {
      errors.add(
          FieldError.invalid(
              path,
              "",
              "If pod contains any hostProcess containers then all containers must be HostProcess"
                  + " containers"));
    }
    if (!spec.path("hostNetwork").asBoolean(false)) {
      errors.add(
          FieldError.invalid(
              path + ".hostNetwork",
              false,
              "hostNetwork must be true if pod contains any hostProcess containers"));
    }
  }

  private static JsonNode hostProcess(JsonNode securityContext) {
    return securityContext.path("windowsOptions").path("hostProcess");
  }
}
