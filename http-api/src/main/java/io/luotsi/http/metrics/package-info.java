/**
 * What {@code /metrics} says of this process, under upstream's names. Labels take only values of
 * what is served, so that no client can make their number grow.
 */
@NullMarked
package io.luotsi.http.metrics;

import org.jspecify.annotations.NullMarked;
