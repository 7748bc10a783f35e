/** What a contact is to hold, and how that differs from what it was sent before. */
@NullMarked
package app.gigpigs.mauticsync.outbound.payload;

import org.jspecify.annotations.NullMarked;
