package app.gigpigs.mauticsync.inbound;

import app.gigpigs.mauticsync.consent.Erased;
import app.gigpigs.mauticsync.crm.CrmNames;

/**
 * The CRM as events find it.
 *
 * @param names what it calls its relations
 * @param erased whose events are dropped before anything of them is kept
 * @param resend what an event needs whose effect is in Mautic
 */
public record CrmSide(CrmNames names, Erased erased, Resend resend) {}
