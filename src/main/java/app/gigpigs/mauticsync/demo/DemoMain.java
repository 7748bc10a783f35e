package app.gigpigs.mauticsync.demo;

import app.gigpigs.mauticsync.cli.MauticSync;
import app.gigpigs.mauticsync.cli.output.Terminal;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;

/** The program with the commands that show and try it on one machine: the demo, a sample CRM and a simulated Mautic. */
public final class DemoMain {
    private static final MauticSync.Further COMMANDS = new MauticSync.Further(
            List.of(DemoCommand.class), List.of(ReferenceCrmCommand.class, SimulatorCommand.class));

    private DemoMain() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs one command of this process and answers its exit code. */
    public static int run(String... arguments) {
        return MauticSync.run(COMMANDS, arguments);
    }

    /** The same for somebody else than this process. */
    public static int run(Terminal shell, PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine(shell).setOut(out).setErr(err).execute(arguments);
    }

    /** Ready to be run. */
    public static CommandLine commandLine(Terminal shell) {
        return MauticSync.commandLine(shell, COMMANDS);
    }
}
