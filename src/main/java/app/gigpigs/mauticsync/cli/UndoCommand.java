package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.App;
import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.outbound.Undo;
import app.gigpigs.mauticsync.runs.Progress;
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
        description = "Puts back the values that a run overwrote in Mautic; see status for the runs.",
        footer = {"", "Example: ./mautic-sync undo 1b9d6bcd"})
final class UndoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "The run's id, or how it begins.")
    private String run = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Config.Sync config = new Config(Terminal.of(spec).environment()).sync();
        UUID id = App.database(config.database(), jdbi -> new RunHistory(jdbi).find(run))
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "no single run has an id that begins with \"" + run + "\"; see status"));
        Output output = new Output(spec);
        Optional<Undo.Result> undone = App.undo(config, id, Progress.NONE);
        if (undone.isEmpty()) {
            String message = "another run is pushing to this Mautic; nothing was done";
            output.complain(message);
            if (json) {
                output.json(Map.of("error", message));
            }
            return ExitCode.PARTLY;
        }
        print(output, undone.get());
        return undone.get().rejections().isEmpty() ? ExitCode.DONE : ExitCode.PARTLY;
    }

    private void print(Output output, Undo.Result undone) {
        if (json) {
            output.json(
                    Map.of("kept", undone.kept(), "restored", undone.restored(), "notRestored", undone.rejections()));
            return;
        }
        output.line(
                undone.restored() + " of " + undone.kept()
                        + " contacts hold again what they held before that run. They are not sent again before they change, or retry is run.");
        undone.rejections().forEach(message -> output.line("  not restored: " + message));
        output.line("Contacts that the run created stay, and so do consent and do-not-contact.");
    }
}
