/**
 * The cluster's own certificate authority and what it signs, made at first start and renewed before
 * it expires. Also the administrator's kubeconfig.
 */
@NullMarked
package io.luotsi.app.certificates;

import org.jspecify.annotations.NullMarked;
