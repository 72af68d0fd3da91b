package io.luotsi.app.certificates;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.OwnFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * The cluster's certificates in the {@code pki} folder: kept from start to start, made when they
 * are missing, renewed when a month or less is left or when the server is to answer at further
 * names.
 *
 * @param authority signs all the others; its key never leaves the folder
 * @param serving of the HTTPS API
 * @param admin of {@code kubernetes-admin}, who may do everything
 * @param node of this member's kubelet
 */
public record ClusterCertificates(
    Credential authority, Credential serving, Credential admin, Credential node) {
  /** Whom the authority of another cluster must not be mistaken for. */
  private static final String AUTHORITY = "luotsi-ca";

  private static final Duration RENEWED_BEFORE = Duration.ofDays(30);

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

  private interface Maker {
    Credential make() throws GeneralSecurityException;
  }

  /**
   * @throws PlainFailure if the folder cannot be written, or holds something that is no certificate
   */
  public static ClusterCertificates open(
      Path folder, String nodeName, ServerNames names, Instant now) {
    try {
      OwnFiles.createFolder(folder);
      Optional<Credential> known = read(folder, "ca");
      Credential authority =
          known.isPresent() && lasts(known.get(), now)
              ? known.get()
              : write(folder, "ca", CertificateAuthority.create(AUTHORITY, now));
      CertificateAuthority signer = new CertificateAuthority(authority);
      Credential serving =
          keepOrMake(
              folder,
              "apiserver",
              kept -> usable(kept, authority, now) && answersAt(kept, names),
              () -> signer.serving("kube-apiserver", names.generalNames(), now));
      Credential admin =
          keepOrMake(
              folder,
              "admin",
              kept -> usable(kept, authority, now),
              () -> signer.client("kubernetes-admin", "system:masters", now));
      Credential node =
          keepOrMake(
              folder,
              "node-" + nodeName,
              kept -> usable(kept, authority, now),
              () -> signer.client("system:node:" + nodeName, "system:nodes", now));
      return new ClusterCertificates(authority, serving, admin, node);
    } catch (IOException | GeneralSecurityException e) {
      throw new PlainFailure("cannot use the certificates in " + folder + ": " + e.getMessage(), e);
    }
  }

  private static Credential keepOrMake(
      Path folder, String name, Predicate<Credential> good, Maker maker)
      throws IOException, GeneralSecurityException {
    Optional<Credential> kept = read(folder, name).filter(good);
    return kept.isPresent() ? kept.get() : write(folder, name, maker.make());
  }

  private static boolean usable(Credential kept, Credential authority, Instant now) {
    if (!lasts(kept, now)) {
      return false;
    }
    try {
      kept.certificate().verify(authority.certificate().getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false; // signed by an authority that has been replaced
    }
  }

  private static boolean lasts(Credential kept, Instant now) {
    return kept.certificate().getNotAfter().toInstant().isAfter(now.plus(RENEWED_BEFORE));
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

  private static Optional<Credential> read(Path folder, String name)
      throws IOException, GeneralSecurityException {
    Path certificate = certificateFile(folder, name);
    Path key = keyFile(folder, name);
    if (!Files.exists(certificate) || !Files.exists(key)) {
      return Optional.empty();
    }
    return Optional.of(
        new Credential(
            Pem.readCertificate(Files.readAllBytes(certificate)),
            Pem.readKey(Files.readAllBytes(key))));
  }

  /** The key first: a certificate without its key is made anew at the next start. */
  private static Credential write(Path folder, String name, Credential made)
      throws IOException, GeneralSecurityException {
    Files.deleteIfExists(certificateFile(folder, name));
    OwnFiles.write(keyFile(folder, name), Pem.write(made));
    OwnFiles.write(certificateFile(folder, name), Pem.write(made.certificate()));
    return made;
  }

  private static Path certificateFile(Path folder, String name) {
    return folder.resolve(name + ".crt");
  }

  private static Path keyFile(Path folder, String name) {
    return folder.resolve(name + ".key");
  }

  /** For curl, where there is no kubectl. */
  public static Path authorityFile(Path folder) {
    return certificateFile(folder, "ca");
  }

  public static Path adminCertificateFile(Path folder) {
    return certificateFile(folder, "admin");
  }

  public static Path adminKeyFile(Path folder) {
    return keyFile(folder, "admin");
  }

  static byte[] pem(X509Certificate certificate) {
    try {
      return Pem.write(certificate);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
