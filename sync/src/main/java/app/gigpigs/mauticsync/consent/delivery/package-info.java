/** Brings a recorded opt-out to Mautic. */
@NullMarked
package app.gigpigs.mauticsync.consent.delivery;

import org.jspecify.annotations.NullMarked;
