/**
 * Tokens of ServiceAccounts as plain functions: how one is written and signed with the cluster's
 * key, and what a signed one says. Whether it is still good is asked of the store, by {@link
 * io.luotsi.core.apiserver.AccountAuthenticator}.
 */
@NullMarked
package io.luotsi.core.token;

import org.jspecify.annotations.NullMarked;
