/**
 * One running member: control plane and node wired together in one JVM. Started and stopped in a
 * fixed order.
 */
@NullMarked
package io.luotsi.app.member;

import org.jspecify.annotations.NullMarked;
