package app.gigpigs.mauticsync.setup.check;

import java.util.Optional;

/**
 * One thing that was looked at, and how it is.
 *
 * @param subject what was looked at
 * @param message how it is
 * @param fix what a person can do, or nothing
 * @param automaticFix what {@code setup} can do
 */
public record Finding(String subject, Level level, String message, String fix, Optional<Fix> automaticFix) {
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

    /** Whether somebody has to do something before all works. */
    public boolean bad() {
        return level == Level.PROBLEM || level == Level.DOWN;
    }
}
