package app.gigpigs.mauticsync.cli;

/** Runs one command of the command line. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(MauticSync.run(MauticSync.Further.NONE, arguments));
    }
}
