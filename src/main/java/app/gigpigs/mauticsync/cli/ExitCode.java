package app.gigpigs.mauticsync.cli;

/** What a script sees of a command. */
final class ExitCode {
    static final int DONE = 0;
    /** It could not be done now. */
    static final int FAILED = 1;
    /** Called or configured wrongly, or something must be set up first. */
    static final int USAGE = 2;
    /** Done, but some customers were refused; or another run is already at it. */
    static final int PARTLY = 3;

    private ExitCode() {}
}
