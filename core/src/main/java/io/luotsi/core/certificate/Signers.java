package io.luotsi.core.certificate;

import io.luotsi.core.certificate.CertificateRequest.NameType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The signers that come with a cluster, and what each wants to see in a request.
 *
 * @see "Source: pkg/apis/certificates helpers.go; pkg/controller/certificates/signer"
 */
public final class Signers {
  public static final String API_CLIENT = "kubernetes.io/kube-apiserver-client";
  public static final String KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
  public static final String KUBELET_SERVING = "kubernetes.io/kubelet-serving";
  public static final String LEGACY_UNKNOWN = "kubernetes.io/legacy-unknown";

  private static final String SIGNATURE = "digital signature";
  private static final String ENCIPHERMENT = "key encipherment";
  private static final String CLIENT = "client auth";
  private static final String SERVER = "server auth";

  /** What alternative names are called in a complaint, in the order in which they are looked at. */
  private static final Map<NameType, String> WORDS =
      Map.of(
          NameType.DNS,
          "DNS",
          NameType.EMAIL,
          "Email",
          NameType.ADDRESS,
          "IP",
          NameType.URI,
          "URI");

  private Signers() {}

  public static boolean isBuiltIn(String signer) {
    return List.of(API_CLIENT, KUBELET_CLIENT, KUBELET_SERVING, LEGACY_UNKNOWN).contains(signer);
  }

  /**
   * Why a built-in signer does not sign; empty if it does.
   *
   * @throws IllegalArgumentException if the signer is not built in
   */
  public static Optional<String> complaint(
      String signer, CertificateRequest request, List<String> usages) {
    return switch (signer) {
      case API_CLIENT -> client(usages);
      case KUBELET_CLIENT -> kubeletClient(request, usages);
      case KUBELET_SERVING -> kubeletServing(request, usages);
      case LEGACY_UNKNOWN -> Optional.empty();
      default -> throw new IllegalArgumentException("not a built-in signer: " + signer);
    };
  }

  private static Optional<String> client(List<String> usages) {
    return usages.stream()
        .filter(usage -> !List.of(SIGNATURE, ENCIPHERMENT, CLIENT).contains(usage))
        .findFirst()
        .map(usage -> "invalid usage for client certificate: " + usage)
        .or(
            () ->
                usages.contains(CLIENT)
                    ? Optional.empty()
                    : Optional.of("missing required usage for client certificate: " + CLIENT));
  }

  private static Optional<String> kubeletClient(CertificateRequest request, List<String> usages) {
    return organization(request)
        .or(() -> none(request, NameType.DNS, NameType.EMAIL, NameType.ADDRESS, NameType.URI))
        .or(() -> commonName(request))
        .or(() -> exactly(CLIENT, usages));
  }

  private static Optional<String> kubeletServing(CertificateRequest request, List<String> usages) {
    return organization(request)
        .or(
            () ->
                request.has(NameType.DNS) || request.has(NameType.ADDRESS)
                    ? Optional.empty()
                    : Optional.of("DNS or IP subjectAltName is required"))
        .or(() -> none(request, NameType.EMAIL, NameType.URI))
        .or(() -> exactly(SERVER, usages))
        .or(() -> commonName(request));
  }

  private static Optional<String> organization(CertificateRequest request) {
    return request.organizations().equals(List.of("system:nodes"))
        ? Optional.empty()
        : Optional.of("subject organization is not system:nodes");
  }

  private static Optional<String> commonName(CertificateRequest request) {
    return request.commonName().startsWith("system:node:")
        ? Optional.empty()
        : Optional.of("subject common name does not begin with system:node:");
  }

  private static Optional<String> none(CertificateRequest request, NameType... types) {
    return List.of(types).stream()
        .filter(request::has)
        .findFirst()
        .map(type -> WORDS.get(type) + " subjectAltNames are not allowed");
  }

  /** Key encipherment is for RSA keys, and may be left out. */
  private static Optional<String> exactly(String purpose, Collection<String> usages) {
    Set<String> all = new TreeSet<>(Set.of(SIGNATURE, ENCIPHERMENT, purpose));
    Set<String> asked = Set.copyOf(usages);
    return asked.equals(all) || asked.equals(Set.of(SIGNATURE, purpose))
        ? Optional.empty()
        : Optional.of("usages did not match [" + String.join(" ", all) + "]");
  }
}
