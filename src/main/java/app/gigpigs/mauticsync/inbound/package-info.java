/**
 * The inbound journey: what people did with the mails, from Mautic's webhooks to the CRM.
 *
 * <p>Start with {@code webhook.MauticWebhook} (a signed delivery is stored and answered). Then {@code
 * inbox.InboxProcessor} (stored deliveries are processed), {@code event.EventParser} (what a delivery says) and {@code
 * engagement.EventApplier} (what it changes). {@code catchup} reads Mautic's own tables for what webhooks lost.
 *
 * <pre>
 *   signed delivery ── stored ──► pending ── applied ──► processed
 *                                 ▲  │ └─ failed ──► pending, after a pause that grows
 *                        replay ──┘  └─ failed too often, or unreadable ──► dead
 * </pre>
 *
 * <p>Mautic drops a delivery that was answered with an error. It repeats one whose answer was lost, and may cut it
 * differently (seen on 5.1.0). So deliveries are never compared with each other: each event has a key made of Mautic's
 * own ids, the same whichever way it arrives, and counts once.
 */
@NullMarked
package app.gigpigs.mauticsync.inbound;

import org.jspecify.annotations.NullMarked;
