package app.gigpigs.mauticsync.cli;

/** Turns the command line into an exit code; nothing else. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(MauticSync.run(MauticSync.Further.NONE, arguments));
    }
}
