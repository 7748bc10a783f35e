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
 * What a run takes from outside: waiting, randomness, progress, a stop signal, and what reads consent from Mautic.
 *
 * @param random for jitter; must be thread-safe
 */
public record RunEnvironment(
        Sleeper pause, RandomGenerator random, Progress progress, StopSignal stop, Consents consents) {
    /** Without reading consent from Mautic. */
    public RunEnvironment(Sleeper pause, RandomGenerator random, Progress progress, StopSignal stop) {
        this(pause, random, progress, stop, Consents.NONE);
    }

    /** The same, with these functions for consent. */
    public RunEnvironment with(Consents consents) {
        return new RunEnvironment(pause, random, progress, stop, consents);
    }

    /**
     * Consent that a run learns from Mautic. The inbound side processes it, because a run only sends.
     *
     * @param beforePush makes sure that the CRM has the opt-outs from Mautic, and answers why the run may not push yet
     * @param seen gets the contacts of every answer, before they count as sent
     */
    public record Consents(Supplier<Optional<String>> beforePush, Consumer<List<Contact>> seen) {
        private static final Consents NONE = new Consents(Optional::empty, contacts -> {});
    }
}
