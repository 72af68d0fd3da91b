/**
 * Which node a pod gets: kube-scheduler's extension points and plugins as plain functions over an
 * incremental snapshot. Time and chance are arguments, so the same seed gives the same decisions.
 */
@NullMarked
package io.luotsi.core.scheduler;

import org.jspecify.annotations.NullMarked;
