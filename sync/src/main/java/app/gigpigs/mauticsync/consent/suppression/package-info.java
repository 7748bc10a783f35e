/** Imports another system's blocklist. */
@NullMarked
package app.gigpigs.mauticsync.consent.suppression;

import org.jspecify.annotations.NullMarked;
