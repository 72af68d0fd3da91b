/**
 * The commands of {@code luotsi}, one class each. What they print and their exit codes are an
 * interface.
 */
@NullMarked
package io.luotsi.app.command;

import org.jspecify.annotations.NullMarked;
