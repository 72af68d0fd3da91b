/**
 * Pod Security Standards as plain functions: what a namespace's labels ask for, and what is wrong
 * with a pod at a level. The plugin that asks is {@code apiserver.PodSecurity}.
 */
@NullMarked
package io.luotsi.core.podsecurity;

import org.jspecify.annotations.NullMarked;
