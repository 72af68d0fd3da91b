/**
 * {@code luotsi bench}: starts clusters of its own, measures what clients see, and holds the
 * cluster to what it told them. Nothing of it is part of what {@code luotsi up} runs.
 */
@NullMarked
package io.luotsi.bench;

import org.jspecify.annotations.NullMarked;
