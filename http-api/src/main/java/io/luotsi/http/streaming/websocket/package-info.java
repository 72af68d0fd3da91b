/**
 * The server's side of WebSockets, and what Kubernetes says over them: the channels of exec, attach
 * and port-forward, and the tunnel of kubectl's port-forward.
 */
@NullMarked
package io.luotsi.http.streaming.websocket;

import org.jspecify.annotations.NullMarked;
