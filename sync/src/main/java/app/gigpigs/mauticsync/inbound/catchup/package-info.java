/** Reads Mautic's own tables and finds what webhooks lost. */
@NullMarked
package app.gigpigs.mauticsync.inbound.catchup;

import org.jspecify.annotations.NullMarked;
