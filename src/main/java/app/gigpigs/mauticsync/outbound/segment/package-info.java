/** Which of Mautic's segments stands for which of the CRM's, and who is a member. */
@NullMarked
package app.gigpigs.mauticsync.outbound.segment;

import org.jspecify.annotations.NullMarked;
