/**
 * The API as a JVM without a control plane reaches it: over HTTPS, with the certificate of its
 * node. One of the cluster's servers is spoken to at a time, and another as soon as that one fails.
 */
@NullMarked
package io.luotsi.app.remote;

import org.jspecify.annotations.NullMarked;
