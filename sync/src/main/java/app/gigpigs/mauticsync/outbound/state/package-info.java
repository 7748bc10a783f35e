/** What is remembered of every customer. The only package that writes those tables. */
@NullMarked
package app.gigpigs.mauticsync.outbound.state;

import org.jspecify.annotations.NullMarked;
