/**
 * What all controllers share: the actions they return, and how they read the objects they watch.
 * Each controller has a package of its own, pure; the actors that run them are in {@code actor}.
 */
@NullMarked
package io.luotsi.core.controller;

import org.jspecify.annotations.NullMarked;
