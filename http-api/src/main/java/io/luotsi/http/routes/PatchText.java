package io.luotsi.http.routes;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.FieldValidation;
import io.luotsi.core.apiserver.Api.PatchBody;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.apiserver.Api.Written;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.http.codec.BodyReader;
import java.util.ArrayList;
import java.util.List;

/**
 * A patch as it came in.
 *
 * @param warnings of what a configuration to apply says twice; other patches' complaints are said
 *     with those of what they make
 */
record PatchText(PatchBody body, List<String> warnings) {
  PatchText {
    warnings = List.copyOf(warnings);
  }

  /**
   * @return BadRequest if it cannot be read, or a configuration to apply says a field twice and the
   *     client wants to hear of it as an error
   */
  static Outcome<PatchText> read(byte[] bytes, PatchType type, WriteOptions options) {
    if (type != PatchType.APPLY) {
      return BodyReader.patch(bytes, type == PatchType.JSON)
          .map(patch -> new PatchText(patch, List.of()));
    }
    List<String> complaints = new ArrayList<>(0);
    return BodyReader.configuration(bytes, complaints)
        .flatMap(
            config -> {
              PatchBody patch = new PatchBody(config, List.of());
              if (complaints.isEmpty() || options.fieldValidation() == FieldValidation.IGNORE) {
                return Outcome.done(new PatchText(patch, List.of()));
              }
              String all = complaints.getFirst();
              return options.fieldValidation() == FieldValidation.STRICT
                  ? Outcome.rejected(
                      new Rejection.BadRequest(
                          "error strict decoding patch: error converting YAML to JSON: " + all))
                  : Outcome.done(
                      new PatchText(patch, all.lines().skip(1).map(String::strip).toList()));
            });
  }

  /** What was written, with the patch's warnings before those of the write. */
  Written warn(Written written) {
    return written.after(warnings);
  }
}
