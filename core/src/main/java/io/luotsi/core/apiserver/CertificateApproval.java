package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Rejection;
import java.util.List;
import java.util.Optional;

/**
 * Who decides of a signing request, or puts a certificate into it, must be allowed to for the very
 * signer: to update the object is not enough. Upstream's plugins CertificateApproval and
 * CertificateSigning.
 */
final class CertificateApproval implements Admission {
  private final Authorizer authorizer;

  CertificateApproval(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  @Override
  public Optional<Rejection> admit(Request request) {
    if (request.operation() != Operation.UPDATE
        || !request
            .target()
            .type()
            .groupResource()
            .toString()
            .equals("certificatesigningrequests.certificates.k8s.io")) {
      return Optional.empty();
    }
    return switch (request.target().subresource()) {
      case "approval" -> may("approve", request);
      case "status" ->
          certificate(request.object()).equals(certificate(request.current()))
              ? Optional.empty()
              : may("sign", request);
      default -> Optional.empty();
    };
  }

  private static String certificate(Optional<ObjectNode> request) {
    return request.map(object -> object.at("/status/certificate").asText("")).orElse("");
  }

  /** For the signer by its name, or for all of its domain. */
  private Optional<Rejection> may(String verb, Request request) {
    String signer =
        request.current().map(object -> object.at("/spec/signerName").asText("")).orElse("");
    String domain = signer.substring(0, Math.max(0, signer.indexOf('/')));
    boolean allowed = asks(verb, signer, request) || asks(verb, domain + "/*", request);
    return allowed
        ? Optional.empty()
        : Optional.of(
            AdmissionRules.forbidden(
                request,
                "user not permitted to %s requests with signerName \"%s\"".formatted(verb, signer),
                List.of()));
  }

  private boolean asks(String verb, String name, Request request) {
    return authorizer
        .authorize(
            request.target().user(),
            new Authorizer.Attributes.Resource(
                verb, "certificates.k8s.io", "signers", "", "", name))
        .isEmpty();
  }
}
