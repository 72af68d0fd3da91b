package io.luotsi.core.apiserver.validation;

import io.luotsi.core.api.FieldError;
import java.util.List;
import java.util.regex.Pattern;

/** Names of what devices have. */
final class DeviceNames {
  private static final int LONGEST_IDENTIFIER = 32;
  private static final String IDENTIFIER = "[A-Za-z_][A-Za-z0-9_]*";
  private static final Pattern IDENTIFIERS = Pattern.compile(IDENTIFIER);

  private DeviceNames() {}

  /** {@code acme.io/size} or {@code size}. */
  static void qualified(List<FieldError> errors, String path, String name) {
    String[] parts = name.split("/", -1);
    if (parts.length == 1) {
      identifier(errors, path, name);
    } else if (parts.length == 2) {
      if (parts[0].isEmpty()) {
        errors.add(FieldError.invalid(path, "", "the domain must not be empty"));
      } else {
        StorageValidation.driverName(errors, path, parts[0]);
      }
      if (parts[1].isEmpty()) {
        errors.add(FieldError.invalid(path, "", "the name must not be empty"));
      } else {
        identifier(errors, path, parts[1]);
      }
    }
    // As upstream: more slashes than one are let pass.
  }

  private static void identifier(List<FieldError> errors, String path, String name) {
    if (name.length() > LONGEST_IDENTIFIER) {
      errors.add(FieldError.tooLong(path, LONGEST_IDENTIFIER));
    }
    if (!IDENTIFIERS.matcher(name).matches()) {
      errors.add(
          FieldError.invalid(
              path,
              name,
              "a valid C identifier must start with alphabetic character or '_', followed by a"
                  + " string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or"
                  + " 'MyName', regex used for validation is '"
                  + IDENTIFIER
                  + "')"));
    }
  }
}
