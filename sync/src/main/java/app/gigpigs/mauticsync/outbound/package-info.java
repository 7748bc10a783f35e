/**
 * The outbound journey: a customer that changed in the CRM becomes a contact in Mautic, with its segments.
 *
 * <p>Start with {@code OutboundRun}. Its steps are the sub-packages, in this order: {@code diff} (which customers
 * changed), {@code safety} (may the run go on), {@code push} (in which order), {@code batch} (one batch to Mautic and
 * back), {@code state} (what is remembered). A customer's states:
 *
 * <pre>
 *   pending ── in flight ──► synced ── changed ──► in flight ──► …
 *                  │  └────► rejected ── pause over, or changed ──► in flight
 *                  └─ outcome unknown ── its contact shows it, or it is certainly over ──► in flight again
 *   any ── no usable e-mail of its own ──► skipped      any ── no longer in the view ──► removed
 * </pre>
 */
@NullMarked
package app.gigpigs.mauticsync.outbound;

import org.jspecify.annotations.NullMarked;
