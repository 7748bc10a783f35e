package app.gigpigs.mauticsync.cli.output;

/** What a script sees of a command. */
public final class ExitCode {
    public static final int DONE = 0;
    /** It could not be done now. */
    public static final int FAILED = 1;
    /** Called or configured wrongly, or something must be set up first. */
    public static final int USAGE = 2;
    /** Done, but some customers were refused; or another run is already at it. */
    public static final int PARTLY = 3;

    private ExitCode() {}
}
