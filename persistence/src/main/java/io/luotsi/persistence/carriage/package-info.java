/**
 * Carries writes that reach a member that does not lead to the one that does, over Artery, and
 * their outcomes back. Nothing here decides: what may be tried again, and what may not, is the
 * rule.
 */
@NullMarked
package io.luotsi.persistence.carriage;

import org.jspecify.annotations.NullMarked;
