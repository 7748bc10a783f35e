/** Connections, the migration, and what the database rejects about a row. */
@NullMarked
package app.gigpigs.mauticsync.db;

import org.jspecify.annotations.NullMarked;
