/**
 * Which Mautic the stored ids belong to. Notices a different Mautic behind the same database, and forgets the ids of
 * the one before.
 */
@NullMarked
package app.gigpigs.mauticsync.instance;

import org.jspecify.annotations.NullMarked;
