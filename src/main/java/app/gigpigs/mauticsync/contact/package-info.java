/** The words both journeys share: which column is which field, and what a customer's contact should look like. Pure. */
@NullMarked
package app.gigpigs.mauticsync.contact;

import org.jspecify.annotations.NullMarked;
