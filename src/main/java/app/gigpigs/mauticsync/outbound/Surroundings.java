package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.runs.Pause;
import java.util.random.RandomGenerator;

/**
 * What a run takes from outside: waiting, chance, and somebody who watches.
 *
 * @param random for jitter; must be thread-safe
 */
public record Surroundings(Pause pause, RandomGenerator random, Progress progress) {}
