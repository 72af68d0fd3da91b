/**
 * What kinds there are: each is a {@link io.luotsi.core.catalog.ResourceType}, built-in and custom
 * alike.
 */
@NullMarked
package io.luotsi.core.catalog;

import org.jspecify.annotations.NullMarked;
