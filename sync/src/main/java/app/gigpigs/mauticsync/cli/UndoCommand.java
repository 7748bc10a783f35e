package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.app.OutboundWiring;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.ResultPrinter.Format;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.cli.output.TerminalProgress;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.outbound.Undo;
import app.gigpigs.mauticsync.runs.RunHistory;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "undo",
        mixinStandardHelpOptions = true,
        description = "Restores the values that a run overwrote in Mautic. The command status lists the runs.",
        footer = {"", "Example: ./mautic-sync undo 1b9d6bcd"})
final class UndoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "The id of the run, or its beginning.")
    private String run = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Config.Sync config = new Config(Terminal.of(spec).environment()).sync();
        Output output = new Output(spec);
        Optional<Undo.Result> undone = undo(config, runId(config));
        if (undone.isEmpty()) {
            String message = "another run is pushing to this Mautic; nothing was done";
            output.failed(new Failure(ErrorCode.RUN_ACTIVE, message), json ? Format.JSON : Format.TEXT);
            return ExitCode.PARTLY;
        }
        print(output, undone.get());
        return undone.get().rejections().isEmpty() ? ExitCode.DONE : ExitCode.PARTLY;
    }

    private UUID runId(Config.Sync config) {
        try (Database database = Connections.database(config.database())) {
            return new RunHistory(database.jdbi())
                    .find(run)
                    .orElseThrow(() -> new ParameterException(
                            spec.commandLine(),
                            "no single run has an id that begins with \"" + run + "\"; see status"));
        }
    }

    private Optional<Undo.Result> undo(Config.Sync config, UUID run) {
        try (TerminalProgress progress = new TerminalProgress(spec.commandLine().getErr());
                Connections both = Connections.connect(config, Terminal.of(spec).stop())) {
            return new OutboundWiring(both).undo(progress).undo(run);
        }
    }

    private void print(Output output, Undo.Result undone) {
        if (json) {
            output.json(
                    Map.of("kept", undone.kept(), "restored", undone.restored(), "notRestored", undone.rejections()));
            return;
        }
        output.line("Restored " + undone.restored() + " of " + undone.kept()
                + " contacts. They are not sent again until they change or ./mautic-sync retry is called.");
        undone.rejections().forEach(message -> output.line("  not restored: " + message));
        output.line("Contacts that the run created stay. Consent and do-not-contact stay, too.");
    }
}
