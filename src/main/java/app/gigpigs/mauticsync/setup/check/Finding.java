package app.gigpigs.mauticsync.setup.check;

import java.util.Optional;

/**
 * One thing that was looked at, and how it is.
 *
 * @param subject what was looked at
 * @param words how it is
 * @param mend what a person can do, or nothing
 * @param remedy what {@code setup} can do
 */
public record Finding(String subject, Level level, String words, String mend, Optional<Fix> remedy) {
    /** How it is, in one word. */
    public enum Level {
        OK,
        /** It works, and not as it should. */
        WARNING,
        /** It does not work before somebody mends it. */
        PROBLEM,
        /** A side cannot be reached; trying again later makes sense. */
        DOWN,
        /** Something else is in the way. */
        NOT_CHECKED
    }

    public static Finding ok(String subject, String words) {
        return new Finding(subject, Level.OK, words, "", Optional.empty());
    }

    static Finding warning(String subject, String words, String mend) {
        return new Finding(subject, Level.WARNING, words, mend, Optional.empty());
    }

    public static Finding problem(String subject, String words, String mend) {
        return new Finding(subject, Level.PROBLEM, words, mend, Optional.empty());
    }

    public static Finding down(String subject, String words, String mend) {
        return new Finding(subject, Level.DOWN, words, mend, Optional.empty());
    }

    public static Finding notChecked(String subject, String why) {
        return new Finding(subject, Level.NOT_CHECKED, why, "", Optional.empty());
    }

    public Finding mendedBy(Fix change) {
        return new Finding(subject, level, words, "./mautic-sync setup: " + change.words(), Optional.of(change));
    }

    /** Whether somebody has to do something before all works. */
    public boolean bad() {
        return level == Level.PROBLEM || level == Level.DOWN;
    }
}
