package io.luotsi.core.certificate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A PKCS #10 request: whom it names, and the key that a certificate would vouch for.
 *
 * @param subject in order; attributes that are no text are left out
 * @param names alternative ones; other sorts than those of {@link NameType} are left out
 * @see "Source: RFC 2986; Go crypto/x509, which has the last word on what upstream accepts"
 */
public record CertificateRequest(
    List<Attribute> subject, List<AlternativeName> names, PublicKey key) {
  private static final String BEGIN = "-----BEGIN CERTIFICATE REQUEST-----";
  private static final String END = "-----END CERTIFICATE REQUEST-----";
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String ORGANIZATION = "2.5.4.10";
  private static final String EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
  private static final String ALTERNATIVE_NAMES = "2.5.29.17";
  private static final int ATTRIBUTES = 0xa0;

  /** A part of a name, such as {@code 2.5.4.3}, the common name. */
  public record Attribute(String identifier, String value) {}

  /** What an alternative name is. */
  public enum NameType {
    EMAIL(0x81),
    DNS(0x82),
    URI(0x86),
    ADDRESS(0x87);

    private final int tag;

    NameType(int tag) {
      this.tag = tag;
    }
  }

  /**
   * @param value an address as text
   */
  public record AlternativeName(NameType type, String value) {}

  public CertificateRequest {
    subject = List.copyOf(subject);
    names = List.copyOf(names);
  }

  /** The last one, as upstream; empty if there is none. */
  public String commonName() {
    return values(COMMON_NAME).stream().reduce("", (before, last) -> last);
  }

  public List<String> organizations() {
    return values(ORGANIZATION);
  }

  /** All values of an attribute, in order. */
  public List<String> values(String identifier) {
    return subject.stream()
        .filter(attribute -> attribute.identifier.equals(identifier))
        .map(Attribute::value)
        .toList();
  }

  public boolean has(NameType type) {
    return names.stream().anyMatch(name -> name.type == type);
  }

  /**
   * Reads a request and checks that who wrote it has the key.
   *
   * @param pem one block; what stands around it does not matter
   * @throws IllegalArgumentException if it is none; the message is for whoever sent it
   */
  public static CertificateRequest parse(byte[] pem) {
    DerReader request = DerReader.of(der(pem));
    DerReader parts = request.enter(DerReader.SEQUENCE);
    request.end();
    byte[] signed = parts.whole(DerReader.SEQUENCE);
    DerReader algorithm = parts.enter(DerReader.SEQUENCE);
    byte[] signature = parts.enter(DerReader.BIT_STRING).rest();
    parts.end();
    DerReader info = DerReader.of(signed).enter(DerReader.SEQUENCE);
    info.enter(DerReader.INTEGER);
    List<Attribute> subject = subject(info.enter(DerReader.SEQUENCE));
    PublicKey key = SignatureCheck.key(info.whole(DerReader.SEQUENCE));
    List<AlternativeName> names =
        info.tag() == ATTRIBUTES ? requested(info.enter(ATTRIBUTES)) : List.of();
    info.end();
    if (signature.length == 0 || signature[0] != 0) {
      throw new IllegalArgumentException("asn1: syntax error: invalid signature");
    }
    byte[] bits = Arrays.copyOfRange(signature, 1, signature.length);
    SignatureCheck.check(key, algorithm, signed, bits);
    return new CertificateRequest(subject, names, key);
  }

  private static byte[] der(byte[] pem) {
    String text = new String(pem, StandardCharsets.ISO_8859_1);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END, Math.max(begin, 0));
    if (begin >= 0 && end >= 0) {
      try {
        return Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
      } catch (IllegalArgumentException e) {
        // as if there were no block: upstream's decoder skips what it cannot read
      }
    }
    throw new IllegalArgumentException("PEM block type must be CERTIFICATE REQUEST");
  }

  private static List<Attribute> subject(DerReader name) {
    List<Attribute> subject = new ArrayList<>();
    while (name.hasMore()) {
      DerReader set = name.enter(DerReader.SET);
      while (set.hasMore()) {
        DerReader attribute = set.enter(DerReader.SEQUENCE);
        String identifier = attribute.identifier();
        Charset charset = charset(attribute.tag());
        byte[] value = attribute.any().rest();
        attribute.end();
        if (charset != null) {
          subject.add(new Attribute(identifier, new String(value, charset)));
        }
      }
    }
    return subject;
  }

  /** Of the strings that names are made of; null if it is none. */
  private static @Nullable Charset charset(int tag) {
    return switch (tag) {
      case 0x0c -> StandardCharsets.UTF_8;
      case 0x12, 0x13, 0x16 -> StandardCharsets.US_ASCII; // numeric, printable, IA5
      case 0x14 -> StandardCharsets.ISO_8859_1; // T61, as it is used
      case 0x1e -> StandardCharsets.UTF_16BE; // BMP
      default -> null;
    };
  }

  /** The alternative names that are asked for. */
  private static List<AlternativeName> requested(DerReader attributes) {
    List<AlternativeName> names = new ArrayList<>();
    while (attributes.hasMore()) {
      DerReader attribute = attributes.enter(DerReader.SEQUENCE);
      if (attribute.identifier().equals(EXTENSION_REQUEST)) {
        DerReader extensions = attribute.enter(DerReader.SET).enter(DerReader.SEQUENCE);
        while (extensions.hasMore()) {
          DerReader extension = extensions.enter(DerReader.SEQUENCE);
          String identifier = extension.identifier();
          if (extension.tag() == DerReader.BOOLEAN) {
            extension.enter(DerReader.BOOLEAN); // whether it is critical
          }
          byte[] value = extension.enter(DerReader.OCTET_STRING).rest();
          if (identifier.equals(ALTERNATIVE_NAMES)) {
            alternatives(DerReader.of(value).enter(DerReader.SEQUENCE), names);
          }
        }
      }
    }
    return names;
  }

  private static void alternatives(DerReader list, List<AlternativeName> into) {
    while (list.hasMore()) {
      int tag = list.tag();
      byte[] value = list.any().rest();
      for (NameType type : NameType.values()) {
        if (type.tag == tag) {
          into.add(
              new AlternativeName(type, type == NameType.ADDRESS ? address(value) : ascii(value)));
        }
      }
    }
  }

  private static String ascii(byte[] value) {
    for (byte octet : value) {
      if (octet < 0) {
        throw new IllegalArgumentException("x509: SAN is malformed");
      }
    }
    return new String(value, StandardCharsets.US_ASCII);
  }

  private static String address(byte[] value) {
    try {
      return InetAddress.getByAddress(value).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "x509: cannot parse IP address of length " + value.length, e);
    }
  }
}
