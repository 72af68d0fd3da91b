package io.luotsi.app.certificates;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.OwnFiles;
import io.luotsi.app.directory.Role;
import io.luotsi.core.token.SigningKey;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * The cluster's certificates in the {@code pki} folder: kept from start to start, made when they
 * are missing, renewed when a month or less is left or when the server is to answer at further
 * names.
 *
 * @param authority signs what the API and its clients show; its key never leaves the folder
 * @param serving of the HTTPS API
 * @param admin of {@code kubernetes-admin}, who may do everything
 * @param node of this member's kubelet
 * @param member of this member among the others, by another authority
 * @param accounts by which tokens of ServiceAccounts are known; every control-plane member has it
 */
public record ClusterCertificates(
    Credential authority,
    Credential serving,
    Credential admin,
    Credential node,
    MemberCredential member,
    SigningKey accounts) {
  /** Whom the authority of another cluster must not be mistaken for. */
  private static final String AUTHORITY = "luotsi-ca";

  /** SAN type numbers of X509Certificate: DNS name, IP address. */
  private static final Set<Integer> NAME_TYPES = Set.of(GeneralName.dNSName, GeneralName.iPAddress);

  /**
   * @param dnsNames and {@code addresses}: where the API is to be reached
   */
  public record ServerNames(List<String> dnsNames, List<String> addresses) {
    public ServerNames {
      dnsNames = List.copyOf(dnsNames);
      addresses = List.copyOf(addresses);
    }

    private Set<String> all() {
      Set<String> all = new TreeSet<>(dnsNames);
      // In full, as the JDK prints the IPv6 addresses of a certificate.
      addresses.forEach(address -> all.add(InetAddress.ofLiteral(address).getHostAddress()));
      return all;
    }

    private List<GeneralName> generalNames() {
      List<GeneralName> names = new ArrayList<>();
      dnsNames.forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
      addresses.forEach(address -> names.add(new GeneralName(GeneralName.iPAddress, address)));
      return names;
    }
  }

  /**
   * @throws PlainFailure if the folder cannot be written, or holds something that is no certificate
   */
  public static ClusterCertificates open(
      Path folder, String nodeName, Role role, ServerNames names, Instant now) {
    PkiFolder pki = new PkiFolder(folder);
    try {
      OwnFiles.createFolder(folder);
      Credential authority = pki.authority("ca", AUTHORITY, now);
      CertificateAuthority signer = new CertificateAuthority(authority);
      Predicate<Credential> usable = kept -> PkiFolder.isUsable(kept, authority, now);
      Credential serving =
          pki.keepOrMake(
              "apiserver",
              usable.and(kept -> answersAt(kept, names)),
              () -> signer.serving("kube-apiserver", names.generalNames(), now));
      Credential admin =
          pki.keepOrMake(
              "admin", usable, () -> signer.client("kubernetes-admin", "system:masters", now));
      Credential node =
          pki.keepOrMake(
              "node-" + nodeName,
              usable,
              () -> signer.client("system:node:" + nodeName, "system:nodes", now));
      MemberCredential member = MemberCredential.open(folder, nodeName, role, now);
      return new ClusterCertificates(authority, serving, admin, node, member, pki.accountKey());
    } catch (IOException | GeneralSecurityException e) {
      throw PkiFolder.unusable(folder, e);
    }
  }

  private static boolean answersAt(Credential kept, ServerNames names) {
    try {
      Collection<List<?>> found = kept.certificate().getSubjectAlternativeNames();
      Set<String> have = new TreeSet<>();
      if (found != null) {
        found.stream()
            .filter(entry -> NAME_TYPES.contains((Integer) entry.get(0)))
            .forEach(entry -> have.add((String) entry.get(1)));
      }
      return have.containsAll(names.all());
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  /** The certificate by which clients know the API, as PEM. */
  public String authorityPem() {
    return new String(pem(authority.certificate()), StandardCharsets.US_ASCII);
  }

  /** For curl, where there is no kubectl. */
  public static Path authorityFile(Path folder) {
    return new PkiFolder(folder).certificateFile("ca");
  }

  public static Path adminCertificateFile(Path folder) {
    return new PkiFolder(folder).certificateFile("admin");
  }

  public static Path adminKeyFile(Path folder) {
    return new PkiFolder(folder).keyFile("admin");
  }

  static byte[] pem(X509Certificate certificate) {
    try {
      return Pem.write(certificate);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
