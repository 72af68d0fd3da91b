/** Empties a namespace that was told to go, and lets it go. Pure but for its actor. */
@NullMarked
package io.luotsi.core.controller.namespace;

import org.jspecify.annotations.NullMarked;
