/** The guided tour of {@code luotsi up --demo}. It is a client of the HTTP API like any other. */
@NullMarked
package io.luotsi.app.demo;

import org.jspecify.annotations.NullMarked;
