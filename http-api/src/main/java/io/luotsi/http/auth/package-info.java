/**
 * Who asks: the user that a client certificate or a bearer token names, or whom they may act as.
 * Nobody without either is anybody.
 */
@NullMarked
package io.luotsi.http.auth;

import org.jspecify.annotations.NullMarked;
