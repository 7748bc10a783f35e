package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.App;
import app.gigpigs.mauticsync.Config;
import app.gigpigs.mauticsync.outbound.Mode;
import app.gigpigs.mauticsync.outbound.RunResult;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "sync",
        mixinStandardHelpOptions = true,
        description = "Pushes the customers that changed since the last run to Mautic, once.",
        footer = {"", "Example: ./mautic-sync sync --json"})
final class SyncCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--full", description = "Send every customer and read the real membership of every segment.")
    private boolean full;

    @Option(names = "--dry-run", description = "Count what would be sent; write nothing, on either side.")
    private boolean dryRun;

    @Option(
            names = "--json",
            description = "Print one JSON object on standard output, everything else on standard error.")
    private boolean json;

    @Override
    public Integer call() {
        Config.Sync config = new Config(System.getenv()).sync();
        Mode mode = full ? Mode.FULL : Mode.CHANGED;
        ResultPrinter printer = new ResultPrinter(
                spec.commandLine().getOut(), spec.commandLine().getErr());
        if (dryRun) {
            return printer.print(App.preview(config, mode), format());
        }
        return printer.print(run(config, mode), format());
    }

    private RunResult run(Config.Sync config, Mode mode) {
        try (TerminalProgress progress = new TerminalProgress(spec.commandLine().getErr())) {
            return App.sync(config, mode, progress);
        }
    }

    private ResultPrinter.Format format() {
        return json ? ResultPrinter.Format.JSON : ResultPrinter.Format.TEXT;
    }
}
