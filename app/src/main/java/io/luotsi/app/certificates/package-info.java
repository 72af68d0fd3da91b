/**
 * The cluster's own certificate authorities and what they sign, made at first start and renewed
 * before it expires: one for the API and its clients, one for the members among themselves. Also
 * the administrator's kubeconfig.
 */
@NullMarked
package io.luotsi.app.certificates;

import org.jspecify.annotations.NullMarked;
