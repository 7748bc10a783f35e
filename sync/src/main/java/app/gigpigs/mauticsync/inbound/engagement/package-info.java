/** Stores an event as a row of customer_email_engagement and applies its effects to the CRM, once. */
@NullMarked
package app.gigpigs.mauticsync.inbound.engagement;

import org.jspecify.annotations.NullMarked;
