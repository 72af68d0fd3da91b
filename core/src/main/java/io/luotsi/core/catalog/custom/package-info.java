/**
 * Types that come from CustomResourceDefinitions: what a definition says, made into the same {@link
 * io.luotsi.core.catalog.ResourceType}s that built-in kinds have, and the catalog that follows the
 * stored definitions.
 */
@NullMarked
package io.luotsi.core.catalog.custom;

import org.jspecify.annotations.NullMarked;
