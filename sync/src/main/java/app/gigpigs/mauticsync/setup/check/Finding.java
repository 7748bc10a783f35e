package app.gigpigs.mauticsync.setup.check;

import java.util.Optional;

/**
 * The result of one check.
 *
 * @param subject what was checked
 * @param message the result
 * @param fix what a person can do, or empty
 * @param automaticFix what {@code setup} can do
 */
public record Finding(String subject, Level level, String message, String fix, Optional<Fix> automaticFix) {
    /** How serious it is. */
    public enum Level {
        OK,
        /** It works, but not as it should. */
        WARNING,
        /** It does not work until it is fixed. */
        PROBLEM,
        /** A side cannot be reached; trying again later makes sense. */
        DOWN,
        /** Another problem prevents the check. */
        NOT_CHECKED
    }

    public static Finding ok(String subject, String message) {
        return new Finding(subject, Level.OK, message, "", Optional.empty());
    }

    static Finding warning(String subject, String message, String fix) {
        return new Finding(subject, Level.WARNING, message, fix, Optional.empty());
    }

    public static Finding problem(String subject, String message, String fix) {
        return new Finding(subject, Level.PROBLEM, message, fix, Optional.empty());
    }

    public static Finding down(String subject, String message, String fix) {
        return new Finding(subject, Level.DOWN, message, fix, Optional.empty());
    }

    public static Finding notChecked(String subject, String why) {
        return new Finding(subject, Level.NOT_CHECKED, why, "", Optional.empty());
    }

    public Finding fixedBy(Fix change) {
        return new Finding(subject, level, message, "./mautic-sync setup: " + change.message(), Optional.of(change));
    }

    /** Whether this must be fixed before all works. */
    public boolean bad() {
        return level == Level.PROBLEM || level == Level.DOWN;
    }
}
