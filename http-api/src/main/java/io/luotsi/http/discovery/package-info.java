/** What is served, told in the three forms that clients ask for. Derived from the catalog alone. */
@NullMarked
package io.luotsi.http.discovery;

import org.jspecify.annotations.NullMarked;
