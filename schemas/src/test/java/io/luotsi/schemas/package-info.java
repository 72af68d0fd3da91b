/** Tests of the generated definitions, one of them against upstream's own OpenAPI document. */
@NullMarked
package io.luotsi.schemas;

import org.jspecify.annotations.NullMarked;
