/**
 * What a certificate signing request says, and what each of the cluster's signers wants of it. Read
 * without recursion and without trusting a length, as it comes from whoever may create an object.
 */
@NullMarked
package io.luotsi.core.certificate;

import org.jspecify.annotations.NullMarked;
