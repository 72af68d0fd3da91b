/** Arbitrary bytes for everything that reads what clients send; docs/fuzzing.md says how. */
@NullMarked
package io.luotsi.http.fuzz;

import org.jspecify.annotations.NullMarked;
