/** Tests of the store as a whole, on disk and over real ActorSystems. One process or several. */
@NullMarked
package io.luotsi.persistence;

import org.jspecify.annotations.NullMarked;
