/** Text of other programs, before a person sees it. */
@NullMarked
package app.gigpigs.mauticsync.text;

import org.jspecify.annotations.NullMarked;
