package io.luotsi.app.certificates;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A certificate and the key that belongs to it. */
public record Credential(X509Certificate certificate, PrivateKey key) {}
