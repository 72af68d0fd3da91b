/**
 * A cluster's data directory: whose it is, what lies where, which members run. Also the claim on
 * address ranges that clusters of one host share out among themselves.
 */
@NullMarked
package io.luotsi.app.directory;

import org.jspecify.annotations.NullMarked;
