/**
 * The container runtime as a kubelet sees it: one port, behind one contract test, that hides what a
 * container is. The kubelet decides what should run; a runtime starts, watches and ends it, and
 * remembers on disk what it did.
 */
@NullMarked
package io.luotsi.node.runtime;

import org.jspecify.annotations.NullMarked;
