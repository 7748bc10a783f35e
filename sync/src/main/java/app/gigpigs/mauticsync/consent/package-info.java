/** Consent across both sides: the settings, conflicts between CRM and Mautic, and unsubscribe spikes. */
@NullMarked
package app.gigpigs.mauticsync.consent;

import org.jspecify.annotations.NullMarked;
