/**
 * The roles and bindings that every cluster has, how they are kept up to date, and roles that are
 * made of others.
 */
@NullMarked
package io.luotsi.core.controller.roles;

import org.jspecify.annotations.NullMarked;
