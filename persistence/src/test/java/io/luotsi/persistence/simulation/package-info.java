/**
 * The store on one thread, under a virtual clock: the real rules, on machines, disks and a network
 * that fail as a seed has it. The same seed gives the same run.
 */
@NullMarked
package io.luotsi.persistence.simulation;

import org.jspecify.annotations.NullMarked;
