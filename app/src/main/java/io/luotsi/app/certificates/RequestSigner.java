package io.luotsi.app.certificates;

import io.luotsi.core.certificate.CertificateRequest;
import io.luotsi.core.certificate.CertificateRequest.AlternativeName;
import io.luotsi.core.controller.certificates.CertificateSigner;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Signs what CertificateSigningRequests ask for with the key of the cluster's authority. Of a
 * request it takes the names that everybody reads alike and the key, and nothing else.
 *
 * @see "Source: pkg/controller/certificates/authority"
 */
public final class RequestSigner implements CertificateSigner {
  /** One that lives no longer is not to lose a part of that to being backdated. */
  private static final long SHORT_SECONDS = Duration.ofHours(8).toSeconds();

  private static final Map<String, Integer> KEY_USAGES =
      Map.of(
          "signing", KeyUsage.digitalSignature,
          "digital signature", KeyUsage.digitalSignature,
          "content commitment", KeyUsage.nonRepudiation,
          "key encipherment", KeyUsage.keyEncipherment,
          "key agreement", KeyUsage.keyAgreement,
          "data encipherment", KeyUsage.dataEncipherment,
          "cert sign", KeyUsage.keyCertSign,
          "crl sign", KeyUsage.cRLSign,
          "encipher only", KeyUsage.encipherOnly,
          "decipher only", KeyUsage.decipherOnly);

  private static final Map<String, KeyPurposeId> PURPOSES =
      Map.ofEntries(
          Map.entry("any", KeyPurposeId.anyExtendedKeyUsage),
          Map.entry("server auth", KeyPurposeId.id_kp_serverAuth),
          Map.entry("client auth", KeyPurposeId.id_kp_clientAuth),
          Map.entry("code signing", KeyPurposeId.id_kp_codeSigning),
          Map.entry("email protection", KeyPurposeId.id_kp_emailProtection),
          Map.entry("s/mime", KeyPurposeId.id_kp_emailProtection),
          Map.entry("ipsec end system", KeyPurposeId.id_kp_ipsecEndSystem),
          Map.entry("ipsec tunnel", KeyPurposeId.id_kp_ipsecTunnel),
          Map.entry("ipsec user", KeyPurposeId.id_kp_ipsecUser),
          Map.entry("timestamping", KeyPurposeId.id_kp_timeStamping),
          Map.entry("ocsp signing", KeyPurposeId.id_kp_OCSPSigning),
          Map.entry(
              "microsoft sgc",
              KeyPurposeId.getInstance(new ASN1ObjectIdentifier("1.3.6.1.4.1.311.10.3.3"))),
          Map.entry(
              "netscape sgc",
              KeyPurposeId.getInstance(new ASN1ObjectIdentifier("2.16.840.1.113730.4.1"))));

  /** What Go makes a name of, in its order. Of those before the last two all values are kept. */
  private static final List<ASN1ObjectIdentifier> LISTS =
      List.of(
          BCStyle.C,
          BCStyle.O,
          BCStyle.OU,
          BCStyle.L,
          BCStyle.ST,
          BCStyle.STREET,
          BCStyle.POSTAL_CODE);

  private static final List<ASN1ObjectIdentifier> SINGLE =
      List.of(BCStyle.CN, BCStyle.SERIALNUMBER);

  private final Credential authority;
  private final SecureRandom random = new SecureRandom();

  public RequestSigner(Credential authority) {
    this.authority = authority;
  }

  @Override
  public String sign(CertificateRequest request, List<String> usages, long life, Instant now) {
    X509Certificate issuer = authority.certificate();
    Instant last = issuer.getNotAfter().toInstant();
    if (!now.isBefore(last)) {
      throw new IllegalStateException("refusing to sign a certificate that expired in the past");
    }
    Instant from = now.minus(CertificateAuthority.BACKDATED);
    Instant wanted = (life < SHORT_SECONDS ? now : from).plusSeconds(life);
    Instant until = wanted.isBefore(last) ? wanted : last;
    try {
      X500Name subject = subject(request);
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded()),
              new BigInteger(CertificateAuthority.SERIAL_BITS, random),
              Date.from(from),
              Date.from(until),
              subject,
              request.key());
      extend(builder, request, usages, subject.getRDNs().length == 0);
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(issuer.getPublicKey()));
      // Not by way of the JDK, which takes no certificate that names nobody, as upstream makes it.
      byte[] signed =
          builder
              .build(
                  new JcaContentSignerBuilder(CertificateAuthority.SIGNATURE)
                      .build(authority.key()))
              .getEncoded();
      return new String(Pem.writeCertificate(signed), StandardCharsets.US_ASCII);
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("cannot sign: " + e.getMessage(), e);
    }
  }

  private static void extend(
      JcaX509v3CertificateBuilder builder,
      CertificateRequest request,
      List<String> usages,
      boolean nameless)
      throws IOException {
    int bits =
        usages.stream()
            .mapToInt(usage -> KEY_USAGES.getOrDefault(usage, 0))
            .reduce(0, (a, b) -> a | b);
    if (bits != 0) {
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(bits));
    }
    KeyPurposeId[] purposes =
        usages.stream()
            .map(PURPOSES::get)
            .filter(Objects::nonNull)
            .distinct()
            .toArray(KeyPurposeId[]::new);
    if (purposes.length > 0) {
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
    }
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    if (!request.names().isEmpty()) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          nameless,
          new GeneralNames(
              request.names().stream().map(RequestSigner::name).toArray(GeneralName[]::new)));
    }
  }

  private static GeneralName name(AlternativeName name) {
    int tag =
        switch (name.type()) {
          case EMAIL -> GeneralName.rfc822Name;
          case DNS -> GeneralName.dNSName;
          case URI -> GeneralName.uniformResourceIdentifier;
          case ADDRESS -> GeneralName.iPAddress;
        };
    return new GeneralName(tag, name.value());
  }

  /** Written anew, so that no two readers can take it for different users. */
  private static X500Name subject(CertificateRequest request) {
    X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
    for (ASN1ObjectIdentifier identifier : LISTS) {
      List<String> values = request.values(identifier.getId());
      if (!values.isEmpty()) {
        name.addMultiValuedRDN(
            values.stream()
                .map(value -> new AttributeTypeAndValue(identifier, text(value)))
                .toArray(AttributeTypeAndValue[]::new));
      }
    }
    for (ASN1ObjectIdentifier identifier : SINGLE) {
      List<String> values = request.values(identifier.getId());
      if (!values.isEmpty()) {
        name.addRDN(identifier, text(values.getLast()));
      }
    }
    return name.build();
  }

  /** As it stands: Bouncy Castle would take what begins with # for something encoded. */
  private static ASN1Encodable text(String value) {
    return DERPrintableString.isPrintableString(value)
        ? new DERPrintableString(value)
        : new DERUTF8String(value);
  }
}
