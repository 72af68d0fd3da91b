/** Tests of the checkers: good histories pass, and every kind of bad one is caught. */
@NullMarked
package io.luotsi.history;

import org.jspecify.annotations.NullMarked;
