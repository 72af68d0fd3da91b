/** Mends what a crash between two writes leaves of an allocation of a Service's address. */
@NullMarked
package io.luotsi.core.controller.ipaddress;

import org.jspecify.annotations.NullMarked;
