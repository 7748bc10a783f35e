/** Amazon SES tells of bounces and complaints by SNS: messages are verified and stored, subscriptions are confirmed. */
@NullMarked
package app.gigpigs.mauticsync.inbound.ses;

import org.jspecify.annotations.NullMarked;
