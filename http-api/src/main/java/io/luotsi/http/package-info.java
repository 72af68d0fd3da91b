/**
 * The Kubernetes API over HTTP/1.1 and HTTP/2 with TLS: a thin facade of {@link
 * io.luotsi.core.apiserver.Api}. {@link io.luotsi.http.HttpApi} starts and stops it.
 */
@NullMarked
package io.luotsi.http;

import org.jspecify.annotations.NullMarked;
