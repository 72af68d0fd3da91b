/**
 * How code inside Luotsi speaks to the API: one port with an in-process implementation (the request
 * pipeline) and a remote one. Controllers, kubelets and proxies see nothing else of the API server.
 */
@NullMarked
package io.luotsi.core.client;

import org.jspecify.annotations.NullMarked;
