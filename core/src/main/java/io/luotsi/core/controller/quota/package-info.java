/**
 * Keeps {@code status.used} of ResourceQuotas true, as plain functions: what is used by what is
 * there, and by what is about to be.
 */
@NullMarked
package io.luotsi.core.controller.quota;

import org.jspecify.annotations.NullMarked;
