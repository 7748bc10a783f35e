/** How the CRM calls its own relations and columns, and what it refuses about a row. */
@NullMarked
package app.gigpigs.mauticsync.crm;

import org.jspecify.annotations.NullMarked;
