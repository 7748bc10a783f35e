package app.gigpigs.mauticsync.cli.output;

import app.gigpigs.mauticsync.failure.ErrorCode;

/** The exit codes of all commands. */
public final class ExitCode {
    public static final int DONE = 0;
    /** The command failed; it may succeed later. */
    public static final int FAILED = 1;
    /** Wrong usage or configuration, or something must be set up first. */
    public static final int USAGE = 2;
    /** Done, but some customers were rejected; or another run is active. */
    public static final int PARTLY = 3;

    private ExitCode() {}

    /** That of a command that failed like this. */
    public static int of(ErrorCode code) {
        return code.fix() == ErrorCode.Fix.CONFIGURE ? USAGE : FAILED;
    }
}
