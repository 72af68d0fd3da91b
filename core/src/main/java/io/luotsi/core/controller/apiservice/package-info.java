/**
 * The APIServices that say what this cluster serves by itself. Pure; the actor is in {@code
 * controller.actor}.
 */
@NullMarked
package io.luotsi.core.controller.apiservice;

import org.jspecify.annotations.NullMarked;
