package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.certificate.CertificateRequest;
import io.luotsi.core.certificate.Signers;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Nobody becomes an administrator by a signing request: membership of {@code system:masters} can be
 * taken from nobody. Upstream's plugin CertificateSubjectRestriction.
 */
final class CertificateSubjectRestriction implements Admission {
  @Override
  public Optional<Rejection> validate(Request request) {
    return request
        .creationOf(SignerPermission.SIGNING_REQUESTS)
        .filter(object -> object.at("/spec/signerName").asText().equals(Signers.API_CLIENT))
        .filter(object -> read(object).organizations().contains(UserInfo.SYSTEM_MASTERS))
        .map(
            object ->
                AdmissionRules.forbidden(
                    request,
                    "use of %s signer with %s group is not allowed"
                        .formatted(Signers.API_CLIENT, UserInfo.SYSTEM_MASTERS),
                    List.of()));
  }

  /** It has been read before, when it was validated. */
  private static CertificateRequest read(ObjectNode object) {
    return CertificateRequest.parse(
        Base64.getDecoder().decode(object.at("/spec/request").asText()));
  }
}
