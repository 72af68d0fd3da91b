/** Which of our tests show what upstream's conformance suite asks for. */
@NullMarked
package io.luotsi.core.conformance;

import org.jspecify.annotations.NullMarked;
