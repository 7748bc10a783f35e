/** Who opted out, why and since when. */
@NullMarked
package app.gigpigs.mauticsync.consent.ledger;

import org.jspecify.annotations.NullMarked;
