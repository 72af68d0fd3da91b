package io.luotsi.core.controller.certificates;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.certificate.CertificateRequest;
import io.luotsi.core.certificate.IssuedCertificate;
import io.luotsi.core.certificate.Signers;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.Timestamps;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is to be done about one CertificateSigningRequest. Pure, but for the signature.
 *
 * @see "Source: pkg/controller/certificates signer, approver, cleaner"
 */
public final class SigningRequests {
  private static final long LONGEST_SECONDS = Duration.ofDays(365).toSeconds();
  private static final long SHORTEST_SECONDS = Duration.ofMinutes(10).toSeconds();
  private static final Duration PENDING = Duration.ofHours(24);
  private static final Duration DECIDED = Duration.ofHours(1);

  /** The first block of a chain is the certificate itself. */
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----");

  private static final String APPROVED = "Approved";
  private static final String DENIED = "Denied";
  private static final String FAILED = "Failed";

  /**
   * A right by which somebody has their request approved unasked.
   *
   * @param subresource of certificatesigningrequests that they may {@code create}
   * @param message of the condition
   */
  public record Claim(String subresource, String message) {}

  private SigningRequests() {}

  /**
   * Signs what has been approved for one of the signers that come with a cluster, or says why it
   * will not be.
   *
   * @throws IllegalArgumentException if the request cannot be read
   */
  public static Optional<Action> sign(
      StoredObject stored, CertificateSigner authority, Instant now) {
    ObjectNode request = Json.readObject(stored.json());
    String signer = request.at("/spec/signerName").asText();
    if (!has(request, APPROVED)
        || has(request, DENIED)
        || has(request, FAILED)
        || isIssued(request)
        || !Signers.isBuiltIn(signer)) {
      return Optional.empty();
    }
    CertificateRequest asked = read(request);
    List<String> usages = texts(request.at("/spec/usages"));
    Optional<String> complaint = Signers.complaint(signer, asked, usages);
    if (complaint.isPresent()) {
      addCondition(request, FAILED, "SignerValidationFailure", complaint.get())
          .put("lastUpdateTime", Timestamps.format(now));
    } else {
      String pem = authority.sign(asked, usages, life(request), now);
      request
          .withObject("status")
          .put(
              "certificate",
              Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII)));
    }
    return Optional.of(
        new Action.Update(Resources.SIGNING_REQUESTS, stored.key(), "status", request));
  }

  private static long life(ObjectNode request) {
    JsonNode seconds = request.at("/spec/expirationSeconds");
    return seconds.isNumber()
        ? Math.clamp(seconds.asLong(), SHORTEST_SECONDS, LONGEST_SECONDS)
        : LONGEST_SECONDS;
  }

  /**
   * By which rights of whoever asks a request may be approved unasked: a kubelet's own, for its
   * certificate as a client.
   *
   * @return in the order in which they are to be looked up; empty if it is for somebody to decide,
   *     or has been decided
   * @throws IllegalArgumentException if the request cannot be read
   */
  public static List<Claim> claims(StoredObject stored) {
    ObjectNode request = Json.readObject(stored.json());
    if (isIssued(request)
        || has(request, APPROVED)
        || has(request, DENIED)
        || !request.at("/spec/signerName").asText().equals(Signers.KUBELET_CLIENT)) {
      return List.of();
    }
    CertificateRequest asked = read(request);
    List<String> usages = texts(request.at("/spec/usages"));
    if (Signers.complaint(Signers.KUBELET_CLIENT, asked, usages).isPresent()) {
      return List.of();
    }
    List<Claim> claims = new ArrayList<>();
    if (request.at("/spec/username").asText().equals(asked.commonName())) {
      claims.add(
          new Claim(
              "selfnodeclient",
              "Auto approving self kubelet client certificate after SubjectAccessReview."));
    }
    claims.add(
        new Claim(
            "nodeclient", "Auto approving kubelet client certificate after SubjectAccessReview."));
    return claims;
  }

  /** The SubjectAccessReview that says whether whoever asked has that right. */
  public static ObjectNode review(StoredObject stored, Claim claim) {
    JsonNode asked = Json.readObject(stored.json()).path("spec");
    ObjectNode review = Json.object();
    ObjectNode spec = review.putObject("spec");
    spec.put("user", asked.path("username").asText()).put("uid", asked.path("uid").asText(""));
    for (String field : List.of("groups", "extra")) {
      if (asked.has(field)) {
        spec.set(field, asked.path(field).deepCopy());
      }
    }
    spec.putObject("resourceAttributes")
        .put("group", "certificates.k8s.io")
        .put("resource", "certificatesigningrequests")
        .put("verb", "create")
        .put("subresource", claim.subresource());
    return review;
  }

  public static Action approve(StoredObject stored, Claim claim) {
    ObjectNode request = Json.readObject(stored.json());
    addCondition(request, APPROVED, "AutoApproved", claim.message());
    return new Action.Update(Resources.SIGNING_REQUESTS, stored.key(), "approval", request);
  }

  private static ObjectNode addCondition(
      ObjectNode request, String type, String reason, String message) {
    return request
        .withObject("status")
        .withArray("conditions")
        .addObject()
        .put("type", type)
        .put("status", "True")
        .put("reason", reason)
        .put("message", message);
  }

  /**
   * When a request is of no more use to anybody: a day after it was made, if nobody has decided; an
   * hour after it was decided; when its certificate ends.
   *
   * @return empty if that is not known yet
   */
  public static Optional<Instant> end(StoredObject stored) {
    ObjectNode request = Json.readObject(stored.json());
    JsonNode conditions = request.at("/status/conditions");
    if (conditions.isEmpty()) {
      return Timestamps.read(request.at("/metadata/creationTimestamp"))
          .map(made -> made.plus(PENDING));
    }
    List<Instant> ends = new ArrayList<>();
    for (JsonNode condition : conditions) {
      String type = condition.path("type").asText();
      boolean settled =
          type.equals(DENIED)
              || type.equals(FAILED)
              || (type.equals(APPROVED) && isIssued(request));
      if (settled) {
        Timestamps.read(condition.path("lastUpdateTime"))
            .ifPresent(decided -> ends.add(decided.plus(DECIDED)));
      }
    }
    if (has(request, APPROVED) && isIssued(request)) {
      notAfter(request).ifPresent(ends::add);
    }
    return ends.stream().min(Instant::compareTo);
  }

  public static Action remove(StoredObject stored) {
    return new Action.Delete(
        Resources.SIGNING_REQUESTS, stored.key(), DeleteOptions.now(stored.uid()));
  }

  private static Optional<Instant> notAfter(ObjectNode request) {
    try {
      byte[] pem = Base64.getDecoder().decode(request.at("/status/certificate").asText());
      Matcher block = CERTIFICATE.matcher(new String(pem, StandardCharsets.ISO_8859_1));
      return block.find()
          ? Optional.of(
              IssuedCertificate.parse(Base64.getMimeDecoder().decode(block.group(1))).notAfter())
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // some other signer's, which says of itself when it ends, or not
    }
  }

  private static CertificateRequest read(ObjectNode request) {
    return CertificateRequest.parse(
        Base64.getDecoder().decode(request.at("/spec/request").asText()));
  }

  private static boolean isIssued(ObjectNode request) {
    return !request.at("/status/certificate").asText("").isEmpty();
  }

  private static boolean has(ObjectNode request, String type) {
    for (JsonNode condition : request.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return true;
      }
    }
    return false;
  }

  private static List<String> texts(JsonNode list) {
    return Stream.iterate(0, i -> i < list.size(), i -> i + 1)
        .map(i -> list.get(i).asText())
        .toList();
  }
}
