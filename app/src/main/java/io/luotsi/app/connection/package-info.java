/**
 * The HTTPS API as the commands use it: from outside, with the administrator's certificate. They
 * see what any other client sees.
 */
@NullMarked
package io.luotsi.app.connection;

import org.jspecify.annotations.NullMarked;
