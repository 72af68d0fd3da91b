/**
 * Service traffic of one node: from Services and EndpointSlices follow rules, from the rules real
 * listening sockets that pass connections on to ready endpoints.
 */
@NullMarked
package io.luotsi.node.network;

import org.jspecify.annotations.NullMarked;
