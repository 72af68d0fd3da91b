/** OpenAPI documents, made from the catalog when somebody asks. Kept until the catalog changes. */
@NullMarked
package io.luotsi.http.openapi;

import org.jspecify.annotations.NullMarked;
