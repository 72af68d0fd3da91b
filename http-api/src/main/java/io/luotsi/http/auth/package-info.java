/** Who asks: the user that a client certificate names. Nobody without one is anybody. */
@NullMarked
package io.luotsi.http.auth;

import org.jspecify.annotations.NullMarked;
