/**
 * A simulated Mautic. All its behaviour was seen on a real server. It imports nothing of ours, so that a
 * misunderstanding of the API cannot be on both sides of a test.
 */
@NullMarked
package app.gigpigs.mauticsync.simulator;

import org.jspecify.annotations.NullMarked;
