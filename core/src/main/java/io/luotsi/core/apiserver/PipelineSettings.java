package io.luotsi.core.apiserver;

import java.util.Set;

/**
 * What an operator chose that the API's rules depend on.
 *
 * @param serviceRange where Services get their addresses from, such as {@code 127.96.0.0/16}
 * @param podRange the only loopback addresses that an EndpointSlice may carry; empty for none
 * @param disabledAdmission names of admission plugins that are not asked, as upstream's flag has it
 */
public record PipelineSettings(
    String serviceRange, String podRange, Set<String> disabledAdmission) {
  public PipelineSettings {
    disabledAdmission = Set.copyOf(disabledAdmission);
  }

  /** Longest wait for pods that ask for no tolerations of their own, as upstream's defaults. */
  static final int DEFAULT_TOLERATION_SECONDS = 300;
}
