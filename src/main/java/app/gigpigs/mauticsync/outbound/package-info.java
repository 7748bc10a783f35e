/**
 * The outbound journey: a customer that changed in the CRM becomes a contact in Mautic, with its segments.
 *
 * <p>Read {@code OutboundRun} first, then {@code CustomerSource} (what changed), {@code BatchPush} (what happens to a
 * batch) and {@code SyncStatus} (what is remembered). A customer's states:
 *
 * <pre>
 *   pending ── in flight ──► synced ── changed ──► in flight ──► …
 *                  │  └────► refused ── pause over, or changed ──► in flight
 *                  └─ outcome unknown ── until the write is certainly over ──► looked up, in flight again
 *   any ── no usable e-mail of its own ──► skipped      any ── left the view ──► gone
 * </pre>
 */
@NullMarked
package app.gigpigs.mauticsync.outbound;

import org.jspecify.annotations.NullMarked;
