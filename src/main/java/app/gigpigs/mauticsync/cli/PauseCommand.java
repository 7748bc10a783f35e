package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.App;
import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
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
                "Pauses runs, for every process on this database; a run under way ends after its batch in flight.",
        footer = {"", "Example: ./mautic-sync pause --reason \"moving Mautic\""})
final class PauseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--reason", description = "For whoever asks why.", defaultValue = "")
    private String reason = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        boolean news = App.database(
                new Config(Terminal.of(spec).environment()).service(),
                jdbi -> new PauseSwitch(jdbi).pause(Lease.OUTBOUND, reason));
        Output output = new Output(spec);
        if (json) {
            output.json(Map.of("paused", true, "changed", news));
        } else {
            output.line(news ? "Runs are paused; resume lets them go on." : "Runs were paused already.");
        }
        return ExitCode.DONE;
    }
}
