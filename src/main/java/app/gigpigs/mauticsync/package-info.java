/** Where the program starts, reads its configuration and is put together. */
@NullMarked
package app.gigpigs.mauticsync;

import org.jspecify.annotations.NullMarked;
