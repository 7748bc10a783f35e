/** Reads a list of addresses that must not be mailed, in whatever form another system exported it. */
@NullMarked
package app.gigpigs.mauticsync.consent.suppression.list;

import org.jspecify.annotations.NullMarked;
