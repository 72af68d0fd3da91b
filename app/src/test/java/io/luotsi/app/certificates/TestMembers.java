package io.luotsi.app.certificates;

import io.luotsi.app.directory.Role;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Members of one cluster that has no folder, and strangers to it. */
public final class TestMembers {
  /** Long enough for busy cores, and short enough to be waited for. */
  public static final Duration HANDSHAKE_WITHIN = Duration.ofSeconds(3);

  /** Knows of nobody's place. */
  public static final MemberTls.Seats ANYWHERE = (host, port) -> Optional.empty();

  private static final Instant NOW = Instant.now();
  private static final Credential AUTHORITY = authority();

  private TestMembers() {}

  static Credential authority() {
    try {
      return CertificateAuthority.create("luotsi-members-ca", NOW);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has signed all these members. */
  public static Credential membersAuthority() {
    return AUTHORITY;
  }

  /** A control-plane member. */
  public static MemberTls tls(String name) {
    return tls(name, ANYWHERE);
  }

  /** A control-plane member that knows who is where. */
  public static MemberTls tls(String name, MemberTls.Seats seats) {
    return tls(credential(AUTHORITY, name, Role.CONTROL_PLANE), seats);
  }

  static MemberTls tls(MemberCredential credential, MemberTls.Seats seats) {
    return new MemberTls(credential, seats, InstantSource.system(), HANDSHAKE_WITHIN);
  }

  static MemberCredential credential(String name, Role role) {
    return credential(AUTHORITY, name, role);
  }

  /** Of a member of whatever cluster has that authority. */
  static MemberCredential credential(Credential authority, String name, Role role) {
    try {
      return new MemberCredential(
          Path.of("there", "is", "none"),
          name,
          role,
          authority.certificate(),
          new CertificateAuthority(authority)
              .member(name, MemberCredential.organisation(role), NOW));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
