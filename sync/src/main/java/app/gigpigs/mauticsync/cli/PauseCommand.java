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
        name = "pause",
        mixinStandardHelpOptions = true,
        description =
                "Pauses runs, for every process on this database. A run under way ends after its current batches.",
        footer = {"", "Example: ./mautic-sync pause --reason \"moving Mautic\""})
final class PauseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why it is paused; status shows it.",
            defaultValue = "")
    private String reason = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        boolean changed = pause();
        Output output = new Output(spec);
        if (json) {
            output.json(Map.of("paused", true, "changed", changed));
        } else {
            output.line(
                    changed ? "Runs are paused; ./mautic-sync resume ends the pause." : "Runs were paused already.");
        }
        return ExitCode.DONE;
    }

    private boolean pause() {
        try (Database database =
                Connections.database(new Config(Terminal.of(spec).environment()).service())) {
            return new PauseSwitch(database.jdbi()).pause(Lease.OUTBOUND, reason);
        }
    }
}
