package io.luotsi.http.routes;

import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.catalog.BuiltInSchemas;
import io.luotsi.http.codec.BodyReader;

/** What the body of a deletion must be. Loaded when the first one has a body. */
final class DeleteOptionsBody {
  static final BodyReader.Expected EXPECTED =
      new BodyReader.Expected(
          new GroupVersionKind("meta.k8s.io", "v1", "DeleteOptions"),
          BuiltInSchemas.load().named("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"));

  private DeleteOptionsBody() {}
}
