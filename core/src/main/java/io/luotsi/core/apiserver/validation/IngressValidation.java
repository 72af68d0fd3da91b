package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.List;

/**
 * Ingresses and IngressClasses.
 *
 * @see "Source: kubernetes pkg/apis/networking/validation"
 */
public final class IngressValidation {
  private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";
  private static final List<String> PATH_TYPES =
      List.of("Exact", "ImplementationSpecific", "Prefix");
  private static final List<String> SCOPES = List.of("Cluster", "Namespace");
  private static final List<String> FORBIDDEN_PARTS = List.of("//", "/./", "/../", "%2f", "%2F");
  private static final List<String> FORBIDDEN_ENDS = List.of("/..", "/.");
  private static final int LONGEST_CONTROLLER = 250;
  private static final String WILDCARD =
      "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain,"
          + " which must consist of lower case alphanumeric characters, '-' or '.' and end with"
          + " an alphanumeric character (e.g. '*.example.com', regex used for validation is"
          + " '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

  private IngressValidation() {}

  public static List<FieldError> validate(ObjectNode ingress) {
    List<FieldError> errors =
        MetadataValidation.validate(ingress, true, MetadataValidation.SUBDOMAIN);
    spec(errors, ingress.path("spec"));
    JsonNode annotated = ingress.path("metadata").path("annotations").path(CLASS_ANNOTATION);
    JsonNode named = ingress.at("/spec/ingressClassName");
    if (annotated.isTextual() && named.isTextual() && !annotated.equals(named)) {
      errors.add(
          FieldError.invalid(
              "annotations." + CLASS_ANNOTATION,
              annotated,
              "must match `ingressClassName` when both are specified"));
    }
    return errors;
  }

  public static List<FieldError> validateUpdate(ObjectNode ingress, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(ingress, current);
    spec(errors, ingress.path("spec"));
    return errors;
  }

  public static List<FieldError> validateStatusUpdate(ObjectNode ingress, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(ingress, current);
    ServiceTypeValidation.balancers(errors, ingress, current);
    return errors;
  }

  private static void spec(List<FieldError> errors, JsonNode spec) {
    JsonNode rules = spec.path("rules");
    JsonNode backend = spec.path("defaultBackend");
    if (rules.isEmpty() && !backend.isObject()) {
      errors.add(
          FieldError.invalid(
              "spec",
              rules.isMissingNode() ? NullNode.instance : rules,
              "either `defaultBackend` or `rules` must be specified"));
    }
    if (backend.isObject()) {
      backend(errors, "spec.defaultBackend", backend);
    }
    int i = 0;
    for (JsonNode rule : rules) {
      rule(errors, "spec.rules[" + i++ + "]", rule);
    }
    int j = 0;
    for (JsonNode tls : spec.path("tls")) {
      tls(errors, "spec.tls[" + j++ + "]", tls);
    }
    if (spec.hasNonNull("ingressClassName")) {
      Checks.form(
          errors,
          "spec.ingressClassName",
          Checks.text(spec, "ingressClassName"),
          Names::dnsSubdomain);
    }
  }

  private static void rule(List<FieldError> errors, String path, JsonNode rule) {
    String host = Checks.text(rule, "host");
    if (!host.isEmpty()) {
      ServiceTypeValidation.notAddress(errors, path + ".host", host);
      Checks.form(errors, path + ".host", host, IngressValidation::hostForm);
    }
    JsonNode http = rule.path("http");
    if (!http.isObject()) {
      return;
    }
    if (http.path("paths").isEmpty()) {
      errors.add(FieldError.required(path + ".http.paths", ""));
    }
    int i = 0;
    for (JsonNode route : http.path("paths")) {
      route(errors, path + ".http.paths[" + i++ + "]", route);
    }
  }

  private static List<String> hostForm(String host) {
    if (host.indexOf('*') < 0) {
      return Names.dnsSubdomain(host);
    }
    boolean valid = host.startsWith("*.") && Names.dnsSubdomain(host.substring(2)).isEmpty();
    return valid ? List.of() : List.of(WILDCARD);
  }

  private static void route(List<FieldError> errors, String path, JsonNode route) {
    String where = Checks.text(route, "path");
    if (!route.hasNonNull("pathType")) {
      errors.add(FieldError.required(path + ".pathType", "pathType must be specified"));
      return;
    }
    String type = Checks.text(route, "pathType");
    boolean relative = !where.startsWith("/");
    switch (type) {
      case "Exact", "Prefix" -> {
        if (relative) {
          errors.add(FieldError.invalid(path + ".path", where, "must be an absolute path"));
        }
        FORBIDDEN_PARTS.stream()
            .filter(where::contains)
            .forEach(
                part ->
                    errors.add(
                        FieldError.invalid(
                            path + ".path", where, "must not contain '" + part + "'")));
        FORBIDDEN_ENDS.stream()
            .filter(where::endsWith)
            .forEach(
                end ->
                    errors.add(
                        FieldError.invalid(
                            path + ".path", where, "cannot end with '" + end + "'")));
      }
      case "ImplementationSpecific" -> {
        if (relative && !where.isEmpty()) {
          errors.add(FieldError.invalid(path + ".path", where, "must be an absolute path"));
        }
      }
      default -> errors.add(FieldError.notSupported(path + ".pathType", type, PATH_TYPES));
    }
    backend(errors, path + ".backend", route.path("backend"));
  }

  private static void backend(List<FieldError> errors, String path, JsonNode backend) {
    JsonNode resource = backend.path("resource");
    JsonNode service = backend.path("service");
    if (resource.isObject() && service.isObject()) {
      errors.add(FieldError.invalid(path, "", "cannot set both resource and service backends"));
    } else if (resource.isObject()) {
      typedReference(errors, path + ".resource", resource);
    } else if (service.isObject()) {
      service(errors, path, service);
    } else {
      errors.add(FieldError.invalid(path, "", "resource or service backend is required"));
    }
  }

  private static void service(List<FieldError> errors, String path, JsonNode service) {
    Checks.name(errors, path + ".service.name", Checks.text(service, "name"), Names::dnsLabel);
    String name = service.at("/port/name").asText("");
    JsonNode number = service.at("/port/number");
    boolean numbered = number.asInt() != 0;
    if (!name.isEmpty() && numbered) {
      errors.add(FieldError.invalid(path, "", "cannot set both port name & port number"));
    } else if (!name.isEmpty()) {
      Checks.form(errors, path + ".service.port.name", name, Names::portName);
    } else if (numbered) {
      Checks.portNumber(errors, path + ".service.port.number", number);
    } else {
      errors.add(FieldError.required(path, "port name or number is required"));
    }
  }

  private static void typedReference(List<FieldError> errors, String path, JsonNode reference) {
    if (reference.hasNonNull("apiGroup")) {
      Checks.form(
          errors, path + ".apiGroup", Checks.text(reference, "apiGroup"), Names::dnsSubdomain);
    }
    for (String field : List.of("kind", "name")) {
      Checks.name(errors, path + "." + field, Checks.text(reference, field), Checks::pathSegment);
    }
  }

  private static void tls(List<FieldError> errors, String path, JsonNode tls) {
    int i = 0;
    for (String host : Checks.texts(tls.path("hosts"))) {
      Checks.form(errors, path + ".hosts[" + i++ + "]", host, IngressValidation::hostForm);
    }
    String secret = Checks.text(tls, "secretName");
    if (!secret.isEmpty()) {
      Checks.form(errors, path + ".secretName", secret, Names::dnsSubdomain);
    }
  }

  public static List<FieldError> ingressClass(ObjectNode type) {
    List<FieldError> errors =
        MetadataValidation.validate(type, false, MetadataValidation.SUBDOMAIN);
    classSpec(errors, type.path("spec"));
    return errors;
  }

  public static List<FieldError> ingressClassUpdate(ObjectNode type, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(type, current);
    Checks.immutable(
        errors, "spec.controller", type.at("/spec/controller"), current.at("/spec/controller"));
    classSpec(errors, type.path("spec"));
    return errors;
  }

  private static void classSpec(List<FieldError> errors, JsonNode spec) {
    String controller = Checks.text(spec, "controller");
    if (controller.length() > LONGEST_CONTROLLER) {
      errors.add(FieldError.tooLong("spec.controller", LONGEST_CONTROLLER));
    }
    Checks.domainPrefixedPath(errors, "spec.controller", controller);
    JsonNode parameters = spec.path("parameters");
    if (!parameters.isObject()) {
      return;
    }
    String path = "spec.parameters";
    typedReference(errors, path, parameters);
    String scope = Checks.text(parameters, "scope");
    Checks.oneOf(errors, path + ".scope", scope, false, SCOPES);
    boolean named = parameters.hasNonNull("namespace");
    if (scope.equals("Namespace") && !named) {
      errors.add(
          FieldError.required(path + ".namespace", "`parameters.scope` is set to 'Namespace'"));
    } else if (scope.equals("Namespace")) {
      Checks.form(
          errors, path + ".namespace", Checks.text(parameters, "namespace"), Names::dnsLabel);
    } else if (scope.equals("Cluster") && named) {
      errors.add(
          FieldError.forbidden(path + ".namespace", "`parameters.scope` is set to 'Cluster'"));
    }
  }
}
