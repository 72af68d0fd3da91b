package io.luotsi.core.certificate;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;

/**
 * What is looked at of a certificate that a signer has made. Read here, since the JDK refuses those
 * that name nobody at all, which Go reads and upstream's signers make.
 *
 * @param notAfter when it ends
 * @see "Source: RFC 5280, section 4.1"
 */
public record IssuedCertificate(Instant notAfter) {
  private static final int VERSION = 0xa0;
  private static final int UTC_TIME = 0x17;

  /** The first year that two digits can mean. */
  private static final int TWO_DIGITS_FROM = 1950;

  private static final DateTimeFormatter SHORT =
      new DateTimeFormatterBuilder()
          .appendValueReduced(ChronoField.YEAR, 2, 2, TWO_DIGITS_FROM)
          .appendPattern("MMddHHmmss'Z'")
          .toFormatter();

  private static final DateTimeFormatter LONG = DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'");

  /**
   * @throws IllegalArgumentException if it is no certificate
   */
  public static IssuedCertificate parse(byte[] der) {
    DerReader certificate = DerReader.of(der);
    DerReader parts = certificate.enter(DerReader.SEQUENCE);
    certificate.end();
    DerReader signed = parts.enter(DerReader.SEQUENCE);
    parts.enter(DerReader.SEQUENCE); // algorithm
    parts.enter(DerReader.BIT_STRING); // signature
    parts.end();
    if (signed.tag() == VERSION) {
      signed.enter(VERSION);
    }
    signed.enter(DerReader.INTEGER); // serial number
    signed.enter(DerReader.SEQUENCE); // algorithm
    signed.enter(DerReader.SEQUENCE); // issuer
    DerReader validity = signed.enter(DerReader.SEQUENCE);
    time(validity);
    Instant notAfter = time(validity);
    signed.enter(DerReader.SEQUENCE); // subject
    signed.enter(DerReader.SEQUENCE); // key
    return new IssuedCertificate(notAfter);
  }

  private static Instant time(DerReader validity) {
    DateTimeFormatter format = validity.tag() == UTC_TIME ? SHORT : LONG;
    String text = new String(validity.any().rest(), StandardCharsets.US_ASCII);
    try {
      return LocalDateTime.parse(text, format).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("x509: malformed validity", e);
    }
  }
}
