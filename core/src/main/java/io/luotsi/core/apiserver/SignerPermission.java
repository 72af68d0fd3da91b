package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Rejection;
import java.util.List;
import java.util.Optional;

/**
 * Who decides of a signing request, or puts a certificate or a condition into it, must be allowed
 * to for the very signer: to update the object is not enough. Upstream's plugins
 * CertificateApproval and CertificateSigning.
 */
final class SignerPermission implements Admission {
  static final String SIGNING_REQUESTS = "certificatesigningrequests.certificates.k8s.io";

  private final Authorizer authorizer;
  private final String subresource;
  private final String verb;

  private SignerPermission(Authorizer authorizer, String subresource, String verb) {
    this.authorizer = authorizer;
    this.subresource = subresource;
    this.verb = verb;
  }

  static Admission approval(Authorizer authorizer) {
    return new SignerPermission(authorizer, "approval", "approve");
  }

  static Admission signing(Authorizer authorizer) {
    return new SignerPermission(authorizer, "status", "sign");
  }

  @Override
  public Optional<Rejection> validate(Request request) {
    boolean concerned =
        request.operation() == Operation.UPDATE
            && request.target().type().groupResource().toString().equals(SIGNING_REQUESTS)
            && request.target().subresource().equals(subresource)
            && (verb.equals("approve") || !said(request.object()).equals(said(request.current())));
    return concerned ? may(request) : Optional.empty();
  }

  /** What a signer says of a request. */
  private static List<JsonNode> said(Optional<ObjectNode> request) {
    return request
        .map(object -> object.path("status"))
        .map(status -> List.of(status.path("certificate"), status.path("conditions")))
        .orElse(List.of());
  }

  /** For the signer by its name, or for all of its domain. */
  private Optional<Rejection> may(Request request) {
    String signer =
        request.current().map(object -> object.at("/spec/signerName").asText("")).orElse("");
    String domain = signer.substring(0, Math.max(0, signer.indexOf('/')));
    boolean allowed = asks(signer, request) || asks(domain + "/*", request);
    return allowed
        ? Optional.empty()
        : Optional.of(
            AdmissionRules.forbidden(
                request,
                "user not permitted to %s requests with signerName \"%s\"".formatted(verb, signer),
                List.of()));
  }

  private boolean asks(String name, Request request) {
    return authorizer
        .authorize(
            request.target().user(),
            new Authorizer.Attributes.Resource(
                verb, "certificates.k8s.io", "signers", "", "", name))
        .isEmpty();
  }
}
