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

    /** Runs one command of this process with another terminal. */
    public static int run(Terminal terminal, PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine(terminal).setOut(out).setErr(err).execute(arguments);
    }

    /** Ready to be run. */
    public static CommandLine commandLine(Terminal terminal) {
        return MauticSync.commandLine(terminal, COMMANDS);
    }
}
