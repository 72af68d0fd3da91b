/**
 * Keeps as many pods of a template running as a ReplicaSet asks for. Pure: the actor gives it what
 * is observed and carries out what it returns.
 */
@NullMarked
package io.luotsi.core.controller.replicaset;

import org.jspecify.annotations.NullMarked;
