package io.luotsi.core.apiserver;

import io.luotsi.core.token.AccountTokens;

/**
 * What the API needs for bearer tokens.
 *
 * @param accounts issues those of ServiceAccounts
 * @param authenticator knows all that the cluster takes
 */
public record TokenParts(AccountTokens accounts, TokenAuthenticator authenticator) {}
