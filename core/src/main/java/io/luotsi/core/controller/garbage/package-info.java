/**
 * What goes when its owner goes: background, foreground and orphaning deletion along
 * ownerReferences. Pure: the actor knows all resources and carries out what is returned.
 */
@NullMarked
package io.luotsi.core.controller.garbage;

import org.jspecify.annotations.NullMarked;
