/**
 * Clients of the HTTPS API that record what they begin and hear: writers and readers of ConfigMaps,
 * and watchers that go on elsewhere when they are cut off. They know what any client knows.
 */
@NullMarked
package io.luotsi.history.client;

import org.jspecify.annotations.NullMarked;
