/**
 * {@code luotsi bench api}: what clients of the HTTP API see, over real connections with TLS. An
 * {@link io.luotsi.bench.api.ApiTarget} is whatever answers at an address: Luotsi, another API
 * server, or a handler that does nothing.
 */
@NullMarked
package io.luotsi.bench.api;

import org.jspecify.annotations.NullMarked;
