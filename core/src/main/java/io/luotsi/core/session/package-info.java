/**
 * What a client and something in a pod say to each other while {@code kubectl exec}, {@code attach}
 * or {@code port-forward} runs, whoever carries it: frames in both directions, each direction with
 * the back-pressure of whoever takes them.
 */
@NullMarked
package io.luotsi.core.session;

import org.jspecify.annotations.NullMarked;
