/**
 * The types of the built-in kinds as the build generated them: fields, references, merge rules and
 * defaults. Read lazily, one definition at a time.
 */
@NullMarked
package io.luotsi.schemas;

import org.jspecify.annotations.NullMarked;
