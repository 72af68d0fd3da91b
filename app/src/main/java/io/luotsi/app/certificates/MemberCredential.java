package io.luotsi.app.certificates;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.OwnFiles;
import io.luotsi.app.directory.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * With what a member shows the other members who it is, and who must have signed what they show. An
 * authority of its own signs members and nobody else, so that no certificate which the API takes
 * for a user's opens the ports between members, and none of a member's is a user's.
 *
 * @param folder where it is kept
 * @param name of the member, its certificate's common name
 * @param role its certificate's organisation says it
 * @param authority of all members
 */
public record MemberCredential(
    Path folder, String name, Role role, X509Certificate authority, Credential own) {
  private static final String AUTHORITY_FILE = "members-ca";
  private static final String AUTHORITY_NAME = "luotsi-members-ca";

  /**
   * What is kept in the folder, or made if it is missing or has a month or less left.
   *
   * @throws PlainFailure if the folder cannot be written, or holds something that is no certificate
   */
  public static MemberCredential open(Path folder, String name, Role role, Instant now) {
    PkiFolder pki = new PkiFolder(folder);
    try {
      OwnFiles.createFolder(folder);
      Credential authority = pki.authority(AUTHORITY_FILE, AUTHORITY_NAME, now);
      return new MemberCredential(
          folder, name, role, authority.certificate(), own(pki, name, role, authority, now));
    } catch (IOException | GeneralSecurityException e) {
      throw PkiFolder.unusable(folder, e);
    }
  }

  private static Credential own(
      PkiFolder pki, String name, Role role, Credential authority, Instant now)
      throws IOException, GeneralSecurityException {
    return pki.keepOrMake(
        "member-" + name,
        kept -> PkiFolder.isUsable(kept, authority, now),
        () -> new CertificateAuthority(authority).member(name, organisation(role), now));
  }

  /**
   * The same one while more than a month of it is left, else one that the same authority signs now.
   *
   * @throws PlainFailure if that authority is not there any more or cannot sign
   */
  MemberCredential current(Instant now) {
    if (PkiFolder.lasts(own, now)) {
      return this;
    }
    PkiFolder pki = new PkiFolder(folder);
    try {
      Credential signer =
          pki.read(AUTHORITY_FILE)
              .filter(kept -> kept.certificate().equals(authority))
              .orElseThrow(() -> new IOException("the members' authority is another one now"));
      return new MemberCredential(folder, name, role, authority, own(pki, name, role, signer, now));
    } catch (IOException | GeneralSecurityException e) {
      throw PkiFolder.unusable(folder, e);
    }
  }

  /** What a certificate of such a member says. */
  static String organisation(Role role) {
    return switch (role) {
      case CONTROL_PLANE -> "luotsi:control-plane";
      case WORKER -> "luotsi:workers";
    };
  }
}
