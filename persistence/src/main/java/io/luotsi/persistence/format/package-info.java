/**
 * Bytes as we lay them out ourselves: primitive readers and writers shared by journal entries,
 * events and snapshot files. Readers check everything, because what they read may be damaged.
 */
@NullMarked
package io.luotsi.persistence.format;

import org.jspecify.annotations.NullMarked;
