/**
 * What becomes of CustomResourceDefinitions: which names they get, when they are served, and how
 * they go. Pure; its loop is in {@code controller.actor}.
 */
@NullMarked
package io.luotsi.core.controller.definition;

import org.jspecify.annotations.NullMarked;
