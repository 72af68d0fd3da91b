/**
 * Bytes to bodies and objects to bytes: media types, limits, and what is refused. Knows no routes.
 */
@NullMarked
package io.luotsi.http.codec;

import org.jspecify.annotations.NullMarked;
