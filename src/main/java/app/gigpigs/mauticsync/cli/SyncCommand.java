package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.App;
import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.cli.output.ResultPrinter;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.cli.output.TerminalProgress;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunRequest.Selection;
import app.gigpigs.mauticsync.outbound.RunRequest.Trigger;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.plan.PlannedCounts;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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

    @Option(names = "--customer", paramLabel = "ID", description = "Send this customer alone, changed or not.")
    private @Nullable CustomerId customer;

    @Option(names = "--limit", paramLabel = "N", description = "Send at most so many customers.")
    private @Nullable Integer limit;

    @Option(
            names = "--confirm",
            paramLabel = "N",
            description = "Let the brake pass: up to N customers may be opted out, emptied or leave.")
    private @Nullable Integer confirm;

    @Option(
            names = "--json",
            description = "Print one JSON object on standard output, everything else on standard error.")
    private boolean json;

    @Override
    public Integer call() {
        Config.Sync config = new Config(Terminal.of(spec).environment()).sync();
        SyncMode mode = full ? SyncMode.FULL : SyncMode.CHANGED;
        ResultPrinter printer = new ResultPrinter(
                spec.commandLine().getOut(), spec.commandLine().getErr());
        if (dryRun) {
            PlannedCounts preview = App.plan(config, plan -> plan.preview(mode));
            return printer.print(preview, format());
        }
        return printer.print(run(config, new RunRequest(mode, selection(), confirmed(), Trigger.COMMAND)), format());
    }

    private Selection selection() {
        if (customer != null && limit != null) {
            throw new ParameterException(spec.commandLine(), "give either --customer ID or --limit N");
        }
        if (limit != null && limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit is " + limit + "; it must be at least 1");
        }
        if (customer != null) {
            return new Selection.One(customer);
        }
        return limit == null ? new Selection.Everybody() : new Selection.AtMost(limit);
    }

    private OptionalInt confirmed() {
        return confirm == null ? OptionalInt.empty() : OptionalInt.of(confirm);
    }

    private RunResult run(Config.Sync config, RunRequest request) {
        try (TerminalProgress progress = new TerminalProgress(spec.commandLine().getErr())) {
            return App.sync(config, request, progress);
        }
    }

    private ResultPrinter.Format format() {
        return json ? ResultPrinter.Format.JSON : ResultPrinter.Format.TEXT;
    }
}
