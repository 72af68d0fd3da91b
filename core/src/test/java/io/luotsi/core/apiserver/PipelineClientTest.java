package io.luotsi.core.apiserver;

import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.ApiClientContract;

class PipelineClientTest extends ApiClientContract {
  @Override
  protected ApiClient admin() {
    return api.client();
  }

  @Override
  protected ApiClient node() {
    return api.client(UserInfo.node("node-1"));
  }
}
