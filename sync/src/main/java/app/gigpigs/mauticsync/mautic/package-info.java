/** The client of Mautic's REST API. It knows neither our tables nor customers. */
@NullMarked
package app.gigpigs.mauticsync.mautic;

import org.jspecify.annotations.NullMarked;
