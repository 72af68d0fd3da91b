/**
 * Watch to cache to keys: keeps a local copy of a selection of objects, says which keys changed,
 * and queues them for work. Controllers, scheduler, kubelets and proxies all hear of the world
 * here.
 */
@NullMarked
package io.luotsi.core.informer;

import org.jspecify.annotations.NullMarked;
