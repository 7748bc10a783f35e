package app.gigpigs.mauticsync.consent.delivery;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.ConsentRule;
import app.gigpigs.mauticsync.crm.CrmNames;

/**
 * What the inbound journey and the outbox need of the CRM.
 *
 * @param names the names of its tables and columns
 * @param rule how it is decided whom Mautic may mail
 * @param erased the people whose events are dropped before anything of them is stored
 * @param resend requests that the next outbound run sends a customer again, for events whose effect is in Mautic
 */
public record CrmAccess(CrmNames names, ConsentRule rule, ErasureRegister erased, Resend resend) {}
