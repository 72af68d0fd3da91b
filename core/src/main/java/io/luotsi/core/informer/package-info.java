/** Watch to cache: keeps a local copy of a selection of objects and says which keys changed. */
@NullMarked
package io.luotsi.core.informer;

import org.jspecify.annotations.NullMarked;
