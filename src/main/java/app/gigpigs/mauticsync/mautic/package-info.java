/**
 * Mautic's REST API as it really answers, for any program: this package knows neither our tables nor customers.
 */
@NullMarked
package app.gigpigs.mauticsync.mautic;

import org.jspecify.annotations.NullMarked;
