/**
 * What an operator may choose: {@code cluster.conf} read into typed records, once. Nothing else in
 * the project reads configuration.
 */
@NullMarked
package io.luotsi.app.settings;

import org.jspecify.annotations.NullMarked;
