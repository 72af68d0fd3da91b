/**
 * The shells of the controllers: they watch, queue keys, ask the pure rules what to do, and carry
 * it out. Started with the leader's term and stopped with it; two at once do no harm, because every
 * write names what was seen.
 */
@NullMarked
package io.luotsi.core.controller.actor;

import org.jspecify.annotations.NullMarked;
