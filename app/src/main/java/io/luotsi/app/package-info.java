/**
 * Where everything meets: the {@code luotsi} command starts here. Nothing else in the project knows
 * all modules.
 */
@NullMarked
package io.luotsi.app;

import org.jspecify.annotations.NullMarked;
