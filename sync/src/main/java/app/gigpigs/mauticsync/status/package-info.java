/** What the status command and the page show, read once. */
@NullMarked
package app.gigpigs.mauticsync.status;

import org.jspecify.annotations.NullMarked;
