/** How the CRM calls its own relations and columns. */
@NullMarked
package app.gigpigs.mauticsync.crm;

import org.jspecify.annotations.NullMarked;
