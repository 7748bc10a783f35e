/** Which contact in Mautic belongs to which customer. */
@NullMarked
package app.gigpigs.mauticsync.outbound.match;

import org.jspecify.annotations.NullMarked;
