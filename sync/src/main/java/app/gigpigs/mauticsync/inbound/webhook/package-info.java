/** Receives webhooks: verifies the signature, stores the delivery, responds. */
@NullMarked
package app.gigpigs.mauticsync.inbound.webhook;

import org.jspecify.annotations.NullMarked;
