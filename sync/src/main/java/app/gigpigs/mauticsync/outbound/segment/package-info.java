/** Which of Mautic's segments belongs to which of the CRM's, and which contacts are members. */
@NullMarked
package app.gigpigs.mauticsync.outbound.segment;

import org.jspecify.annotations.NullMarked;
