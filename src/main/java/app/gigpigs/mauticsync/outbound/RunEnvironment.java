package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.runs.Progress;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.runs.StopSignal;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What a run takes from outside: waiting, chance, somebody who watches, somebody who may end it, and somebody who hears
 * of consent.
 *
 * @param random for jitter; must be thread-safe
 */
public record RunEnvironment(
        Sleeper pause, RandomGenerator random, Progress progress, StopSignal stop, Consents consents) {
    /** Without anybody who hears of consent. */
    public RunEnvironment(Sleeper pause, RandomGenerator random, Progress progress, StopSignal stop) {
        this(pause, random, progress, stop, Consents.UNHEARD);
    }

    /** The same, with these for what a run learns about consent. */
    public RunEnvironment with(Consents consents) {
        return new RunEnvironment(pause, random, progress, stop, consents);
    }

    /**
     * The way back of what a run learns about consent; somebody else's work, because a run only sends.
     *
     * @param beforePush makes sure that the CRM knows who said no in Mautic, and answers why nobody may be pushed yet
     * @param seen is shown the contacts of every answer, before they count as sent
     */
    public record Consents(Supplier<Optional<String>> beforePush, Consumer<List<Contact>> seen) {
        private static final Consents UNHEARD = new Consents(Optional::empty, contacts -> {});
    }
}
