package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.crm.CrmNames;

/**
 * The CRM as events find it.
 *
 * @param names what it calls its relations
 * @param erased whose events are dropped before anything of them is kept
 * @param resend what an event needs whose effect is in Mautic
 */
public record CrmAccess(CrmNames names, ErasureRegister erased, Resend resend) {}
