/** Tests of the registry's rules, formats and replica. Nothing here needs Raft. */
@NullMarked
package io.luotsi.persistence.registry;

import org.jspecify.annotations.NullMarked;
