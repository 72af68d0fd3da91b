package io.luotsi.core.apiserver;

/**
 * What an operator chose that the API's rules depend on.
 *
 * @param serviceRange where Services get their addresses from, such as {@code 127.96.0.0/16}
 * @param podRange the only loopback addresses that an EndpointSlice may carry; empty for none
 */
public record PipelineSettings(String serviceRange, String podRange) {
  /** Longest wait for pods that ask for no tolerations of their own, as upstream's defaults. */
  static final int DEFAULT_TOLERATION_SECONDS = 300;
}
