/** How a setting is read from the environment or the YAML file. Each package declares its own settings with it. */
@NullMarked
package app.gigpigs.mauticsync.config;

import org.jspecify.annotations.NullMarked;
