/** An event becomes a row of customer_email_engagement and acts on the CRM, once. */
@NullMarked
package app.gigpigs.mauticsync.inbound.engagement;

import org.jspecify.annotations.NullMarked;
