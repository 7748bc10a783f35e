/** The demo: the product against a simulated Mautic and a CRM of its own, in one process. */
@NullMarked
package app.gigpigs.mauticsync.demo;

import org.jspecify.annotations.NullMarked;
