/** Tests of the generator: what it makes of its table. */
@NullMarked
package io.luotsi.schemas.generator;

import org.jspecify.annotations.NullMarked;
