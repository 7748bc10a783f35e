package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.app.OutboundWiring;
import app.gigpigs.mauticsync.cli.output.ResultPrinter;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.cli.output.TerminalProgress;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunRequest.Selection;
import app.gigpigs.mauticsync.outbound.RunRequest.Trigger;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
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
        description = "Sends the customers that changed since the last run to Mautic, once.",
        footer = {"", "Example: ./mautic-sync sync --json"})
final class SyncCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--full", description = "Send every customer, and read who is in each segment in Mautic.")
    private boolean full;

    @Option(names = "--dry-run", description = "Count what would be sent, and write nothing.")
    private boolean dryRun;

    @Option(names = "--customer", paramLabel = "ID", description = "Send this customer only, changed or not.")
    private @Nullable CustomerId customer;

    @Option(names = "--limit", paramLabel = "N", description = "Send at most N customers.")
    private @Nullable Integer limit;

    @Option(
            names = "--confirm",
            paramLabel = "N",
            description =
                    "Pass the safety limit: up to N customers may be opted out, taken out of segments, blanked or removed.")
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
        try (Connections both = Connections.connect(config, Terminal.of(spec).stop())) {
            OutboundWiring outbound = new OutboundWiring(both);
            return dryRun
                    ? printer.print(outbound.plan().preview(mode), format())
                    : printer.print(
                            run(outbound, new RunRequest(mode, selection(), confirmed(), Trigger.COMMAND)), format());
        }
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

    private RunResult run(OutboundWiring outbound, RunRequest request) {
        try (TerminalProgress progress = new TerminalProgress(spec.commandLine().getErr())) {
            return outbound.run(progress).run(request);
        }
    }

    private ResultPrinter.Format format() {
        return json ? ResultPrinter.Format.JSON : ResultPrinter.Format.TEXT;
    }
}
