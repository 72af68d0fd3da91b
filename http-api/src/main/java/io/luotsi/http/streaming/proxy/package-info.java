/**
 * {@code pods/proxy}, {@code services/proxy} and {@code nodes/proxy}: HTTP requests that something
 * in the cluster answers. They reach a pod as forwarded ports do, wherever it runs.
 */
@NullMarked
package io.luotsi.http.streaming.proxy;

import org.jspecify.annotations.NullMarked;
