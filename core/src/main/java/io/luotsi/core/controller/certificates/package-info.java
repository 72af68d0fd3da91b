/**
 * What becomes of CertificateSigningRequests: which a kubelet may have unasked, which a signer
 * signs or refuses, and when one is removed.
 */
@NullMarked
package io.luotsi.core.controller.certificates;

import org.jspecify.annotations.NullMarked;
