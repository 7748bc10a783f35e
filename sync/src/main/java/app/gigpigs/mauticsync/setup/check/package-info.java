/** The checks that setup and doctor are made of. Each returns findings with a message and a fix. */
@NullMarked
package app.gigpigs.mauticsync.setup.check;

import org.jspecify.annotations.NullMarked;
