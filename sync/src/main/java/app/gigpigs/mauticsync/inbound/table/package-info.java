/** Rows of Mautic's own tables as events. */
@NullMarked
package app.gigpigs.mauticsync.inbound.table;

import org.jspecify.annotations.NullMarked;
