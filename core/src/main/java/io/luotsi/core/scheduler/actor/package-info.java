/**
 * The scheduler's shell: hears of pods and nodes, asks the engine, and carries out its decisions
 * through the API. One actor, beside the leader.
 */
@NullMarked
package io.luotsi.core.scheduler.actor;

import org.jspecify.annotations.NullMarked;
