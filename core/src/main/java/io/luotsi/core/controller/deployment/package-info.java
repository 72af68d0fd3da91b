/**
 * Replaces the pods of a Deployment by those of a new template, a few at a time, through one
 * ReplicaSet for each template. Pure: the actor gives it what is observed and carries out what it
 * returns.
 */
@NullMarked
package io.luotsi.core.controller.deployment;

import org.jspecify.annotations.NullMarked;
