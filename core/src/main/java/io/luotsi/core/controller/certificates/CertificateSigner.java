package io.luotsi.core.controller.certificates;

import io.luotsi.core.certificate.CertificateRequest;
import java.time.Instant;
import java.util.List;

/** Whoever has the key of the cluster's authority. */
public interface CertificateSigner {
  /**
   * A certificate.
   *
   * @param usages Kubernetes' words for them, such as {@code client auth}
   * @param life seconds from {@code now}; less if the authority itself ends before
   * @return PEM
   * @throws IllegalStateException if the authority has ended
   */
  String sign(CertificateRequest request, List<String> usages, long life, Instant now);
}
