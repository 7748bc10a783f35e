package app.gigpigs.mauticsync;

/** Turns the command line into an exit code; nothing else. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.out.println("mautic-sync " + arguments.length);
    }
}
