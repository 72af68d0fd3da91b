/**
 * The request pipeline: authorize, mutate, default, validate, store. HTTP is a facade of it;
 * in-process clients call it directly.
 */
@NullMarked
package io.luotsi.core.apiserver;

import org.jspecify.annotations.NullMarked;
