/**
 * Says where the pods of a Service are to be reached, in slices that change as little as can be.
 * Pure: the actor gives it what is observed and carries out what it returns.
 */
@NullMarked
package io.luotsi.core.controller.endpointslice;

import org.jspecify.annotations.NullMarked;
