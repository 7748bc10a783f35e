/** The command reconcile: compares contacts in Mautic with what they should be, and repairs on request. */
@NullMarked
package app.gigpigs.mauticsync.reconcile;

import org.jspecify.annotations.NullMarked;
