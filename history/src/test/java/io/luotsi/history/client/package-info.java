/** Tests of the recording clients against a server that answers as it is told. */
@NullMarked
package io.luotsi.history.client;

import org.jspecify.annotations.NullMarked;
