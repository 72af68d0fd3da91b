package io.luotsi.core.apiserver.validation;

import io.luotsi.core.certificate.IssuedCertificate;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates as PEM, as a signer writes them. */
final class CertificateText {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([^\n-]+)-----([^-]*)-----END \\1-----");

  private CertificateText() {}

  /**
   * What is wrong with a chain of certificates.
   *
   * @param base64 of the PEM; none at all is not wrong
   * @see "Source: kubernetes pkg/apis/certificates/validation validateCertificate"
   */
  static Optional<String> complaint(String base64) {
    if (base64.isEmpty()) {
      return Optional.empty();
    }
    String pem = new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
    Matcher block = BLOCK.matcher(pem);
    boolean found = false;
    while (block.find()) {
      if (!block.group(1).equals("CERTIFICATE")) {
        return Optional.of(
            "only CERTIFICATE PEM blocks are allowed, found \"%s\"".formatted(block.group(1)));
      }
      String text = block.group(2);
      if (text.indexOf(':') >= 0) {
        return Optional.of("no PEM block headers are permitted");
      }
      found = true;
      byte[] der;
      try {
        der = Base64.getMimeDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        found = false; // what is not base64 is no block
        continue;
      }
      try {
        IssuedCertificate.parse(der);
      } catch (IllegalArgumentException e) {
        return Optional.of("x509: malformed certificate");
      }
    }
    return found
        ? Optional.empty()
        : Optional.of("must contain at least one CERTIFICATE PEM block");
  }
}
