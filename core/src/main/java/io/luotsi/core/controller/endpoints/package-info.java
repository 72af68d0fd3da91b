/**
 * The older form of a Service's endpoints: one object a Service, of its pods' addresses, and slices
 * of what users write themselves. Pure: the actors give it what is observed and carry out what it
 * returns.
 */
@NullMarked
package io.luotsi.core.controller.endpoints;

import org.jspecify.annotations.NullMarked;
