/** A realistic CRM for the demo and for tests. */
@NullMarked
package app.gigpigs.mauticsync.referencecrm;

import org.jspecify.annotations.NullMarked;
