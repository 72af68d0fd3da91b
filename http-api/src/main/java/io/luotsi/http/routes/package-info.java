/**
 * Which request asks for what: paths, queries and methods to the verbs of the Api. Each verb is one
 * method that bears its name.
 */
@NullMarked
package io.luotsi.http.routes;

import org.jspecify.annotations.NullMarked;
