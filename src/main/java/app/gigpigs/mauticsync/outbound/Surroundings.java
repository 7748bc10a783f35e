package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.runs.Pause;
import java.util.random.RandomGenerator;

/**
 * What a run takes from outside: waiting, chance, somebody who watches, somebody who may end it, and somebody who hears
 * of consent.
 *
 * @param random for jitter; must be thread-safe
 */
public record Surroundings(Pause pause, RandomGenerator random, Progress progress, Halt halt, Consents consents) {
    /** Without anybody who hears of consent. */
    public Surroundings(Pause pause, RandomGenerator random, Progress progress, Halt halt) {
        this(pause, random, progress, halt, Consents.UNHEARD);
    }
}
