package io.luotsi.core.certificate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;

/** SampleRequests that OpenSSL wrote, by name. */
public final class SampleRequests {
  /** Some certificate that is good for a hundred years. */
  public static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBczCCARmgAwIBAgIUDNFivS8x4M3nN02TXKUePHtAZzowCgYIKoZIzj0EAwIw
      DjEMMAoGA1UEAwwDYW55MCAXDTI2MTEyMjA3MzQzN1oYDzIxMjYxMDI5MDczNDM3
      WjAOMQwwCgYDVQQDDANhbnkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAShtDMy
      U2jaUYF3rHeohYiJGBJ+HgOBqF7/ispCcV+5LiCzFPDPtj+7FIiAXfNiHl6hZfQC
      eEB++JQFPOjJQz8lo1MwUTAdBgNVHQ4EFgQUQ9ngUcD+OaOlD5eDSq4lHDx5trYw
      HwYDVR0jBBgwFoAUQ9ngUcD+OaOlD5eDSq4lHDx5trYwDwYDVR0TAQH/BAUwAwEB
      /zAKBggqhkjOPQQDAgNIADBFAiAdntf4MKJmPbmFX3YyCqMhNdver7RUrBcuPTUf
      R06Q6gIhANVa5iuxiiQjLUOFXsY7Y48FxxwzAuFI3y+C+A5vMbBM
      -----END CERTIFICATE-----
      """;

  private SampleRequests() {}

  /**
   * @param name of a file beside this class, without its ending
   */
  public static byte[] pem(String name) {
    try (InputStream in = SampleRequests.class.getResourceAsStream(name + ".csr")) {
      if (in == null) {
        throw new IllegalArgumentException("no request " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@code spec.request} has it. */
  public static String base64(String name) {
    return Base64.getEncoder().encodeToString(pem(name));
  }

  public static CertificateRequest parsed(String name) {
    return CertificateRequest.parse(pem(name));
  }
}
