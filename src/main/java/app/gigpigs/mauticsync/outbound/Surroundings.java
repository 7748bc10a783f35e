package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.runs.Pause;
import java.util.random.RandomGenerator;

/**
 * What a run takes from outside: waiting, chance, somebody who watches, and somebody who may end it.
 *
 * @param random for jitter; must be thread-safe
 */
public record Surroundings(Pause pause, RandomGenerator random, Progress progress, Halt halt) {}
