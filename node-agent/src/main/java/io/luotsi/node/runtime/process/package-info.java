/**
 * The embedded runtime: a container is a session of processes on the host itself, watched over by a
 * small shell script that outlives the JVM. All it knows is on disk, so that a new JVM takes over
 * what an old one left.
 */
@NullMarked
package io.luotsi.node.runtime.process;

import org.jspecify.annotations.NullMarked;
