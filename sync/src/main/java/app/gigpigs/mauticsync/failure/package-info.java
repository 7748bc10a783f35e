/** What went wrong, by codes that never change; see docs/troubleshooting.md. */
@NullMarked
package app.gigpigs.mauticsync.failure;

import org.jspecify.annotations.NullMarked;
