/**
 * PodDisruptionBudgets as plain functions: how many healthy pods there must be, how many there are,
 * and so how many may be evicted.
 */
@NullMarked
package io.luotsi.core.controller.disruption;

import org.jspecify.annotations.NullMarked;
