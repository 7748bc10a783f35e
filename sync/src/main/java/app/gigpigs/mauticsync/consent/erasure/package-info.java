/** Deletes a person on both sides, and keeps a keyed hash so that no later sync brings the person back. */
@NullMarked
package app.gigpigs.mauticsync.consent.erasure;

import org.jspecify.annotations.NullMarked;
