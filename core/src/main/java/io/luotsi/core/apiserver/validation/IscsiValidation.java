package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.apiserver.validation.VolumeSourceValidation.Of;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Volumes that are disks of an iSCSI target.
 *
 * @see "Source: pkg/apis/core/validation validateISCSIVolumeSource,
 *     validateISCSIPersistentVolumeSource"
 */
final class IscsiValidation {
  private static final int MOST_NAME_AND_PORTAL = 64;
  private static final List<Pattern> FORMS =
      List.of(
          Pattern.compile("iqn\\.\\d{4}-\\d{2}\\.[a-zA-Z0-9.-]+:[^,;*&$|\\s]+"),
          Pattern.compile("eui.[a-zA-Z0-9]{16}"),
          Pattern.compile("naa.[a-zA-Z0-9]{32}"));
  private static final String WRONG = "must be valid format";
  private static final String NO_KIND = "must be valid format starting with iqn, eui, or naa";

  private IscsiValidation() {}

  /**
   * @param path of the volume, or of the PersistentVolume's spec
   * @param name of the volume
   */
  static void validate(List<FieldError> errors, String path, JsonNode source, Of of, String name) {
    String here = path + ".iscsi";
    boolean ofPod = of == Of.POD;
    String portal = Checks.text(source, "targetPortal");
    if (source.has("initiatorName") && (name + ":" + portal).length() > MOST_NAME_AND_PORTAL) {
      errors.add(
          FieldError.invalid(
              ofPod ? path + ".name" : here + ".targetportal",
              ofPod ? name : portal,
              "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if"
                  + " iscsi.initiatorName is specified."));
    }
    if (!Checks.text(source, "iqn").isEmpty()) {
      name(errors, here + ".iqn", Checks.text(source, "iqn"), ofPod);
    }
    VolumeSourceValidation.range(errors, here + ".lun", source.path("lun"), "0");
    boolean authenticates =
        source.path("chapAuthDiscovery").asBoolean(false)
            || source.path("chapAuthSession").asBoolean(false);
    if (authenticates && !source.path("secretRef").isObject()) {
      errors.add(FieldError.required(here + ".secretRef", ""));
    }
    if (!ofPod && source.path("secretRef").isObject()) {
      Checks.required(errors, here + ".secretRef", source.path("secretRef"), "name");
    }
    if (source.has("initiatorName")) {
      name(errors, here + ".initiatorname", Checks.text(source, "initiatorName"), ofPod);
    }
  }

  private static void name(List<FieldError> errors, String path, String name, boolean ofPod) {
    boolean known = List.of("iqn", "eui", "naa").stream().anyMatch(name::startsWith);
    if (!known) {
      errors.add(FieldError.invalid(path, name, ofPod ? NO_KIND : WRONG));
    } else if (FORMS.stream().noneMatch(form -> form.matcher(name).matches())) {
      errors.add(FieldError.invalid(path, name, WRONG));
    }
  }
}
