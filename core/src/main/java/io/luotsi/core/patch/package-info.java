/**
 * Patches as pure functions on JSON trees: JSON patch, JSON merge patch and strategic merge patch.
 * They neither check nor default the result; whoever applies one decodes it as any other object.
 */
@NullMarked
package io.luotsi.core.patch;

import org.jspecify.annotations.NullMarked;
