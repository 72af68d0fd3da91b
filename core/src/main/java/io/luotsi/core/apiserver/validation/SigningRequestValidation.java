package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import io.luotsi.core.certificate.CertificateRequest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * CertificateSigningRequests. That a request can be read and is signed with its own key is checked
 * here; what it asks for, whoever signs it has to look at.
 *
 * @see "Source: kubernetes pkg/apis/certificates/validation"
 */
public final class SigningRequestValidation {
  private static final String LEGACY_SIGNER = "kubernetes.io/legacy-unknown";
  private static final String SIGNER = "spec.signerName";
  private static final String CONDITIONS = "status.conditions";
  private static final int SHORTEST_SECONDS = 600;
  private static final List<String> DECISIONS = List.of("Approved", "Denied");
  private static final List<String> ONLY_TRUE = List.of("Approved", "Denied", "Failed");
  private static final List<String> USAGES =
      List.of(
          "any",
          "cert sign",
          "client auth",
          "code signing",
          "content commitment",
          "crl sign",
          "data encipherment",
          "decipher only",
          "digital signature",
          "email protection",
          "encipher only",
          "ipsec end system",
          "ipsec tunnel",
          "ipsec user",
          "key agreement",
          "key encipherment",
          "microsoft sgc",
          "netscape sgc",
          "ocsp signing",
          "s/mime",
          "server auth",
          "signing",
          "timestamping");

  private SigningRequestValidation() {}

  public static List<FieldError> validate(ObjectNode request) {
    List<FieldError> errors =
        MetadataValidation.validate(request, false, name -> List.of()); // any name will do
    content(errors, request);
    return errors;
  }

  private static void content(List<FieldError> errors, ObjectNode request) {
    JsonNode spec = request.path("spec");
    unreadable(Checks.text(spec, "request"))
        .ifPresent(
            why ->
                errors.add(
                    FieldError.invalid(
                        "spec.request",
                        spec.path("request").isMissingNode()
                            ? NullNode.instance
                            : spec.path("request"),
                        why)));
    usages(errors, spec.path("usages"));
    signer(errors, Checks.text(spec, "signerName"));
    JsonNode seconds = spec.path("expirationSeconds");
    if (seconds.isNumber() && seconds.asInt() < SHORTEST_SECONDS) {
      errors.add(
          FieldError.invalid(
              "spec.expirationSeconds",
              seconds,
              "may not specify a duration less than 600 seconds (10 minutes)"));
    }
    conditions(errors, request.at("/status/conditions"));
  }

  /** What is wrong with a request, its signature included. */
  private static Optional<String> unreadable(String base64) {
    try {
      CertificateRequest.parse(Base64.getDecoder().decode(base64));
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static void usages(List<FieldError> errors, JsonNode usages) {
    if (usages.isEmpty()) {
      errors.add(FieldError.required("spec.usages", ""));
    }
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (String usage : Checks.texts(usages)) {
      String path = "spec.usages[" + i++ + "]";
      if (!USAGES.contains(usage)) {
        errors.add(FieldError.notSupported(path, usage, USAGES));
      }
      if (!seen.add(usage)) {
        errors.add(FieldError.duplicate(path, usage));
      }
    }
  }

  private static void signer(List<FieldError> errors, String name) {
    if (name.isEmpty()) {
      errors.add(FieldError.required(SIGNER, ""));
      return;
    }
    if (name.equals(LEGACY_SIGNER)) {
      errors.add(
          FieldError.invalid(
              SIGNER, name, "the legacy signerName is not allowed via this API version"));
      return;
    }
    String[] parts = name.split("/", -1);
    if (parts.length != 2) {
      errors.add(
          FieldError.invalid(
              SIGNER,
              name,
              "must be a fully qualified domain and path of the form 'example.com/signer-name'"));
      return;
    }
    labels(errors, parts[0]);
    if (parts[0].indexOf('.') < 0) {
      errors.add(
          FieldError.invalid(
              SIGNER, parts[0], "should be a domain with at least two segments separated by dots"));
    }
    labels(errors, parts[1]);
  }

  private static void labels(List<FieldError> errors, String dotted) {
    for (String label : dotted.split("\\.", -1)) {
      List<String> wrong = Names.dnsLabel(label);
      if (!wrong.isEmpty()) {
        wrong.forEach(
            detail ->
                errors.add(
                    FieldError.invalid(
                        SIGNER, dotted, "validating label \"" + label + "\": " + detail)));
        return;
      }
    }
  }

  private static void conditions(List<FieldError> errors, JsonNode conditions) {
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode condition : conditions) {
      String path = CONDITIONS + "[" + i++ + "]";
      String type = Checks.text(condition, "type");
      if (type.isEmpty()) {
        errors.add(FieldError.required(path + ".type", ""));
      }
      List<String> statuses =
          ONLY_TRUE.contains(type) ? List.of("True") : List.of("False", "True", "Unknown");
      Checks.oneOf(errors, path + ".status", Checks.text(condition, "status"), false, statuses);
      if (DECISIONS.contains(type) && seen.contains(DECISIONS.get(1 - DECISIONS.indexOf(type)))) {
        errors.add(
            FieldError.invalid(
                CONDITIONS, type, "Approved and Denied conditions are mutually exclusive"));
      }
      if (!seen.add(type)) {
        errors.add(FieldError.duplicate(path + ".type", type));
      }
    }
  }

  /**
   * @param decides whether approving and denying is what the update is for
   * @param issues whether setting the certificate is
   */
  public static List<FieldError> validateUpdate(
      ObjectNode request, ObjectNode current, boolean decides, boolean issues) {
    List<FieldError> errors = new ArrayList<>();
    content(errors, request);
    for (String type : ONLY_TRUE) {
      if (ofType(request, type).size() < ofType(current, type).size()) {
        forbidden(errors, "remove", type, "");
      }
    }
    for (String type : decides ? List.<String>of() : DECISIONS) {
      ArrayNode was = ofType(current, type);
      ArrayNode is = ofType(request, type);
      if (is.size() > was.size()) {
        forbidden(errors, "add", type, "");
      } else if (is.size() == was.size() && !is.equals(was)) {
        forbidden(errors, "modify", type, "\n" + UnifiedDiff.of(was, is));
      }
    }
    JsonNode certificate = request.at("/status/certificate");
    JsonNode before = current.at("/status/certificate");
    if (!certificate.equals(before)) {
      if (!issues) {
        errors.add(
            FieldError.forbidden("status.certificate", "updates may not set certificate content"));
      } else if (!before.asText("").isEmpty()) {
        errors.add(
            FieldError.forbidden(
                "status.certificate", "updates may not modify existing certificate content"));
      }
      CertificateText.complaint(certificate.asText(""))
          .ifPresent(
              why ->
                  errors.add(
                      FieldError.invalid(
                          "status.certificate", TextNode.valueOf("<certificate data>"), why)));
    }
    errors.addAll(MetadataValidation.validateUpdate(request, current));
    return errors;
  }

  private static void forbidden(List<FieldError> errors, String change, String type, String more) {
    errors.add(
        FieldError.forbidden(
            CONDITIONS,
            "updates may not " + change + " a condition of type \"" + type + "\"" + more));
  }

  private static ArrayNode ofType(ObjectNode request, String type) {
    ArrayNode conditions = request.arrayNode();
    for (JsonNode condition : request.at("/status/conditions")) {
      if (Checks.text(condition, "type").equals(type)) {
        conditions.add(condition);
      }
    }
    return conditions;
  }
}
