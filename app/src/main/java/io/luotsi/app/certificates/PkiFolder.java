package io.luotsi.app.certificates;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.OwnFiles;
import io.luotsi.core.token.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A folder of certificates and their keys, two files each, which only their owner can read.
 *
 * @param path it is there when the first is written
 */
record PkiFolder(Path path) {
  private static final Duration RENEWED_BEFORE = Duration.ofDays(30);

  private static final String ACCOUNTS = "sa";

  interface Maker {
    Credential make() throws GeneralSecurityException;
  }

  /** What is there, if it is good; else what is made, in its place. */
  Credential keepOrMake(String name, Predicate<Credential> good, Maker maker)
      throws IOException, GeneralSecurityException {
    Optional<Credential> kept = read(name).filter(good);
    return kept.isPresent() ? kept.get() : write(name, maker.make());
  }

  /** An authority that signs itself. */
  Credential authority(String name, String commonName, Instant now)
      throws IOException, GeneralSecurityException {
    return keepOrMake(
        name, kept -> lasts(kept, now), () -> CertificateAuthority.create(commonName, now));
  }

  /** Whether nobody need think of its end yet, and whom it was signed by is still the authority. */
  static boolean isUsable(Credential kept, Credential authority, Instant now) {
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

  /** Whether more than a month is left. */
  static boolean lasts(Credential kept, Instant now) {
    return kept.certificate().getNotAfter().toInstant().isAfter(now.plus(RENEWED_BEFORE));
  }

  /** Empty if one of its two files is missing. */
  Optional<Credential> read(String name) throws IOException, GeneralSecurityException {
    Path certificate = certificateFile(name);
    Path key = keyFile(name);
    if (!Files.exists(certificate) || !Files.exists(key)) {
      return Optional.empty();
    }
    return Optional.of(
        new Credential(
            Pem.readCertificate(Files.readAllBytes(certificate)),
            Pem.readKey(Files.readAllBytes(key))));
  }

  /**
   * The key by which tokens of ServiceAccounts are known, in the two files that others call so,
   * too. Made once: all tokens end with it.
   */
  SigningKey accountKey() throws IOException, GeneralSecurityException {
    Path secret = keyFile(ACCOUNTS);
    Path open = path.resolve(ACCOUNTS + ".pub");
    if (Files.exists(secret) && Files.exists(open)) {
      return new SigningKey(
          Pem.readKey(Files.readAllBytes(secret)), Pem.readPublicKey(Files.readAllBytes(open)));
    }
    SigningKey made = SigningKey.generate();
    Files.deleteIfExists(open); // whoever ends between the two writes leaves no pair
    OwnFiles.write(secret, Pem.write(made.secret(), made.open()));
    OwnFiles.write(open, Pem.write(made.open()));
    return made;
  }

  /** The key first: a certificate without its key is made anew at the next start. */
  private Credential write(String name, Credential made)
      throws IOException, GeneralSecurityException {
    Files.deleteIfExists(certificateFile(name));
    OwnFiles.write(keyFile(name), Pem.write(made));
    OwnFiles.write(certificateFile(name), Pem.write(made.certificate()));
    return made;
  }

  static PlainFailure unusable(Path folder, Exception why) {
    return new PlainFailure(
        "cannot use the certificates in " + folder + ": " + why.getMessage(), why);
  }

  Path certificateFile(String name) {
    return path.resolve(name + ".crt");
  }

  Path keyFile(String name) {
    return path.resolve(name + ".key");
  }
}
