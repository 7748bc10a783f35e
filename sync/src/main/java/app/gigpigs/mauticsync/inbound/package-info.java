/**
 * The inbound journey: events from Mautic (opens, clicks, opt-outs, bounces) become rows and changes in the CRM.
 *
 * <p>Start with {@code webhook.MauticWebhook} (a signed delivery is stored and acknowledged). Then {@code
 * inbox.InboxProcessor} (stored deliveries are processed), {@code event.EventParser} (a delivery becomes events) and {@code
 * engagement.EventApplier} (an event and its effects). {@code catchup} reads Mautic's own tables for events that webhooks lost.
 *
 * <pre>
 *   signed delivery ── stored ──► pending ── applied ──► processed
 *                                 ▲  │ └─ failed ──► pending, after a pause that grows
 *                        replay ──┘  └─ failed too often, or unreadable ──► dead
 * </pre>
 *
 * <p>Mautic drops a delivery after an error response. It repeats one whose response was lost, and may split the events
 * into deliveries in a different way then (seen on 5.1.0). So deliveries are never compared with each other: each event
 * has a key made of Mautic's own ids, which is the same however the event arrives, and counts once.
 */
@NullMarked
package app.gigpigs.mauticsync.inbound;

import org.jspecify.annotations.NullMarked;
