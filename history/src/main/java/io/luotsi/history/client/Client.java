package io.luotsi.history.client;

import io.luotsi.history.Found;
import io.luotsi.history.Operation;
import io.luotsi.history.Recorder;
import io.luotsi.history.Recorder.Begun;
import io.luotsi.history.client.Endpoint.Answer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Requests about single ConfigMaps that are recorded as they begin and end.
 *
 * @param strange hears of answers that no client may get, whatever happens to the cluster
 */
record Client(Endpoint endpoint, Recorder recorder, Consumer<String> strange) {
  private static final Set<String> ALLOWED =
      Set.of("AlreadyExists", "NotFound", "Conflict", "TooManyRequests", "ConnectionRefused");

  /** The object as stored; empty if it was not, or nobody knows. */
  CompletableFuture<Optional<Found>> create(int process, String key, String value) {
    Begun begun = recorder.begin(process, Operation.CREATE, key, "", value, 0);
    return endpoint
        .send("POST", ConfigMaps.collection(key), ConfigMaps.body(key, value, 0))
        .thenApply(answer -> stored(begun, answer));
  }

  /**
   * @param version with which the update compares; 0 for none
   */
  CompletableFuture<Optional<Found>> update(int process, String key, String value, long version) {
    Begun begun = recorder.begin(process, Operation.UPDATE, key, "", value, version);
    return endpoint
        .send("PUT", ConfigMaps.path(key), ConfigMaps.body(key, value, version))
        .thenApply(answer -> stored(begun, answer));
  }

  private Optional<Found> stored(Begun begun, Answer answer) {
    return switch (answer) {
      case Answer.Success success -> {
        Found found = ConfigMaps.found(success.body());
        begun.ok(found.uid(), found.value(), found.version());
        yield Optional.of(found);
      }
      case Answer.Refusal refusal -> refused(begun, refusal);
      case Answer.Silence silence -> silent(begun, silence);
    };
  }

  /** At the latest version. */
  Optional<Found> read(int process, String key) {
    Begun begun = recorder.begin(process, Operation.READ, key, "", "", 0);
    return switch (endpoint.get(ConfigMaps.path(key))) {
      case Answer.Success success -> {
        Found found = ConfigMaps.found(success.body());
        begun.ok(found.uid(), found.value(), found.version());
        yield Optional.of(found);
      }
      case Answer.Refusal(int code, String reason, String message)
          when reason.equals("NotFound") -> {
        begun.ok();
        yield Optional.empty();
      }
      case Answer.Refusal refusal -> refused(begun, refusal);
      case Answer.Silence silence -> silent(begun, silence);
    };
  }

  /** Whether it was acknowledged. */
  boolean delete(int process, String key) {
    Begun begun = recorder.begin(process, Operation.DELETE, key, "", "", 0);
    Answer answer = endpoint.delete(ConfigMaps.path(key)).join();
    switch (answer) {
      case Answer.Success success ->
          begun.ok(success.body().path("details").path("uid").asText(), "", 0);
      case Answer.Refusal refusal -> refused(begun, refusal);
      case Answer.Silence silence -> silent(begun, silence);
    }
    return answer instanceof Answer.Success;
  }

  private Optional<Found> refused(Begun begun, Answer.Refusal refusal) {
    begun.fail(refusal.reason());
    if (!ALLOWED.contains(refusal.reason())) {
      strange.accept(endpoint.name() + " to " + begun.beginning() + ": " + refusal);
    }
    return Optional.empty();
  }

  private static Optional<Found> silent(Begun begun, Answer.Silence silence) {
    begun.unknown(silence.what());
    return Optional.empty();
  }
}
