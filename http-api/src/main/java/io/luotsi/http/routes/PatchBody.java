package io.luotsi.http.routes;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.FieldValidation;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.apiserver.Api.Written;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.http.codec.BodyReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A patch as it came in.
 *
 * @param warnings of what the text says twice
 */
record PatchBody(JsonNode patch, List<String> warnings) {
  PatchBody {
    warnings = List.copyOf(warnings);
  }

  /**
   * @return BadRequest if it cannot be read, or a configuration to apply says a field twice and the
   *     client wants to hear of it as an error
   */
  static Outcome<PatchBody> read(byte[] bytes, PatchType type, WriteOptions options) {
    if (type != PatchType.APPLY) {
      return BodyReader.value(bytes, BodyReader.Format.JSON)
          .map(patch -> new PatchBody(patch, List.of()));
    }
    List<String> duplicates = new ArrayList<>(0);
    return BodyReader.configuration(bytes, duplicates)
        .flatMap(
            patch -> {
              List<String> twice =
                  duplicates.stream()
                      .map(
                          path ->
                              "yaml: unmarshal errors: key \"%s\" already set in map"
                                  .formatted(path))
                      .toList();
              return !twice.isEmpty() && options.fieldValidation() == FieldValidation.STRICT
                  ? Outcome.rejected(
                      new Rejection.BadRequest(
                          "error strict decoding YAML: error converting YAML to JSON: "
                              + twice.getFirst()))
                  : Outcome.done(new PatchBody(patch, warnings(twice, options)));
            });
  }

  private static List<String> warnings(List<String> twice, WriteOptions options) {
    return options.fieldValidation() == FieldValidation.IGNORE ? List.of() : twice;
  }

  /** What was written, with the patch's warnings before those of the write. */
  Written warn(Written written) {
    return warnings.isEmpty()
        ? written
        : new Written(
            written.object(),
            written.created(),
            Stream.concat(warnings.stream(), written.warnings().stream()).toList());
  }
}
