package io.luotsi.http.audit;

/** What is written down, and where. */
public record AuditTrail(AuditPolicy policy, AuditLog log) {}
