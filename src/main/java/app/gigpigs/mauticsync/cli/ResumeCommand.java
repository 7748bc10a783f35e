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
        name = "resume",
        mixinStandardHelpOptions = true,
        description = "Lets paused runs go on.",
        footer = {"", "Example: ./mautic-sync resume"})
final class ResumeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        boolean news = App.database(
                new Config(Terminal.of(spec).environment()).service(),
                jdbi -> new PauseSwitch(jdbi).resume(Lease.OUTBOUND));
        Output output = new Output(spec);
        if (json) {
            output.json(Map.of("paused", false, "changed", news));
        } else {
            output.line(news ? "Runs go on." : "Runs were not paused.");
        }
        return ExitCode.DONE;
    }
}
