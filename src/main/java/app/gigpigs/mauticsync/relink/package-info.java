/**
 * Which Mautic the stored ids belong to: noticing that another one stands behind the same database, and forgetting
 * what was known of the one before.
 */
@NullMarked
package app.gigpigs.mauticsync.relink;

import org.jspecify.annotations.NullMarked;
