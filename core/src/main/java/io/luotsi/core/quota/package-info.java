/**
 * What objects use of a namespace's quotas, as plain functions. Reserving it before a write is
 * {@code apiserver.QuotaReservations}' work, keeping {@code status.used} true the controller's.
 */
@NullMarked
package io.luotsi.core.quota;

import org.jspecify.annotations.NullMarked;
