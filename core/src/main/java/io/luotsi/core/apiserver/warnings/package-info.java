/**
 * What upstream warns of in objects that it takes: fields that mean nothing any more, or not what
 * one would think. Pure functions of what is to be stored.
 */
@NullMarked
package io.luotsi.core.apiserver.warnings;

import org.jspecify.annotations.NullMarked;
