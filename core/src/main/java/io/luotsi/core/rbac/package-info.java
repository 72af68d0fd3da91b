/**
 * Role-based access control as plain functions: rules, who is bound to them, and whether somebody
 * may grant them. {@link io.luotsi.core.rbac.StoredPolicy} keeps them in step with a member's
 * store.
 */
@NullMarked
package io.luotsi.core.rbac;

import org.jspecify.annotations.NullMarked;
