/**
 * Recorded histories of a cluster's clients, and pure checkers that say whether what the clients
 * were told can have happened. Knows nothing of Luotsi but what any client of its API can see.
 */
@NullMarked
package io.luotsi.history;

import org.jspecify.annotations.NullMarked;
