/** The process that stays: runs on a schedule and after the CRM's refreshes, and tells how it is. */
@NullMarked
package app.gigpigs.mauticsync.serve;

import org.jspecify.annotations.NullMarked;
