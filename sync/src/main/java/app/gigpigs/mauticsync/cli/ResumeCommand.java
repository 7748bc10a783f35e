package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = "Ends a pause: runs are made again.",
        footer = {"", "Example: ./mautic-sync resume"})
final class ResumeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        boolean changed = resume();
        Output output = new Output(spec);
        if (json) {
            output.json(Map.of("paused", false, "changed", changed));
        } else {
            output.line(changed ? "Runs go on." : "Runs were not paused.");
        }
        return ExitCode.DONE;
    }

    private boolean resume() {
        try (Database database =
                Connections.database(new Config(Terminal.of(spec).environment()).service())) {
            return new PauseSwitch(database.jdbi()).resume(Lease.OUTBOUND);
        }
    }
}
