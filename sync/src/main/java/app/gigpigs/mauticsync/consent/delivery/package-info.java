/**
 * Finds Mautic's contacts with the addresses of a blocklist and sets do-not-contact on them. Opt-outs from other sources are
 * not sent from here yet.
 */
@NullMarked
package app.gigpigs.mauticsync.consent.delivery;

import org.jspecify.annotations.NullMarked;
