package io.luotsi.core.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.custom.ScalePaths;
import io.luotsi.core.catalog.custom.ValueCheck;
import io.luotsi.core.catalog.custom.VersionView;
import java.util.List;
import java.util.Optional;

/**
 * What a type has besides, that comes from a CustomResourceDefinition.
 *
 * @param definition the kind's name in OpenAPI: {@code com.example.stable.v1.CronTab}
 * @param openApi the version's schema as its author wrote it; not to be changed
 * @param check of whole objects
 * @param statusCheck of the status alone
 * @param storageVersion in which objects are stored
 * @param view how this version shows what is stored
 * @param scale where objects have what {@code scale} shows
 * @param warnings for everybody who asks for this version
 * @param terminating whether the definition is on its way out, so that nothing may be created
 */
public record CustomKind(
    String definition,
    ObjectNode openApi,
    ValueCheck check,
    ValueCheck statusCheck,
    String storageVersion,
    VersionView view,
    Optional<ScalePaths> scale,
    List<String> warnings,
    boolean terminating) {
  public CustomKind {
    warnings = List.copyOf(warnings);
  }
}
