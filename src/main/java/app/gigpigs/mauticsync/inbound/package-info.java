/**
 * The inbound journey: what people did with the mails, from Mautic's webhooks to the CRM.
 *
 * <p>Read {@code WebhookEndpoint} (a signed delivery is stored and answered), {@code InboxRun} (stored deliveries are
 * worked off), {@code EventParser} (what a delivery says) and {@code EventApplier} (what it changes), in this order.
 *
 * <pre>
 *   signed delivery ── stored ──► pending ── applied ──► done
 *                                 ▲  │ └─ failed ──► pending, after a pause that grows
 *                        replay ──┘  └─ failed too often, or unreadable ──► parked
 * </pre>
 *
 * <p>Mautic forgets a delivery that was answered with an error and repeats one whose answer was lost, cut differently
 * (seen on 5.1.0). So deliveries are never compared with each other: each event has a key made of Mautic's own ids, the
 * same whichever way it arrives, and counts once.
 */
@NullMarked
package app.gigpigs.mauticsync.inbound;

import org.jspecify.annotations.NullMarked;
