/**
 * The words everything else is said in: names, keys, stored objects, selectors, rejections. Nothing
 * here knows a store, a network or a clock.
 */
@NullMarked
package io.luotsi.core.api;

import org.jspecify.annotations.NullMarked;
