/**
 * A simulated Mautic. What it does was seen on a real server. It imports nothing of ours, so that one misreading of
 * the API cannot sit on both sides of a test.
 */
@NullMarked
package app.gigpigs.mauticsync.simulator;

import org.jspecify.annotations.NullMarked;
