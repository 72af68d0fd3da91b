/**
 * What the API accepts, kind by kind: pure functions from an object to everything that is wrong
 * with it, in upstream's order and words. Objects have been decoded and defaulted before, so types
 * are right and absent fields are really optional.
 */
@NullMarked
package io.luotsi.core.apiserver.validation;

import org.jspecify.annotations.NullMarked;
