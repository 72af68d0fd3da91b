/** What every cluster has from the first moment on: system namespaces and the API's own Service. */
@NullMarked
package io.luotsi.core.controller.bootstrap;

import org.jspecify.annotations.NullMarked;
