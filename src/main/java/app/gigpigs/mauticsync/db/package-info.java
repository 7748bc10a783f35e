/** Connections and the schema: where the database is, and that it has the tables this program needs. */
@NullMarked
package app.gigpigs.mauticsync.db;

import org.jspecify.annotations.NullMarked;
