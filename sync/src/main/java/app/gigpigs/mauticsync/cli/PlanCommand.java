package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.app.OutboundWiring;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.PlanPrinter;
import app.gigpigs.mauticsync.cli.output.PositiveNumber;
import app.gigpigs.mauticsync.cli.output.ResultPrinter.Format;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.plan.SyncPlan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Shows, field by field, what the next run would send. Writes nothing.",
        footer = {"", "Example: ./mautic-sync plan --limit 5"})
final class PlanCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--full", description = "Plan for sync --full.")
    private boolean full;

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "Show at most N customers (default: ${DEFAULT-VALUE}); all are counted.",
            defaultValue = "20")
    private int limit;

    @Option(
            names = "--against-mautic",
            description =
                    "Also look every customer up in Mautic, and show which contacts would be matched. Use it before the first run.")
    private boolean againstMautic;

    @Option(names = "--json", description = "Print one JSON object for each customer, then one with the counts.")
    private boolean json;

    @Override
    public Integer call() {
        Config.Sync config = new Config(Terminal.of(spec).environment()).sync();
        SyncMode mode = full ? SyncMode.FULL : SyncMode.CHANGED;
        PlanPrinter printer = new PlanPrinter(new Output(spec), json ? Format.JSON : Format.TEXT, limit);
        try (Connections both = Connections.connect(config)) {
            SyncPlan plan = new OutboundWiring(both).plan();
            SyncPlan.Summary summary = plan.make(mode, printer::push);
            printer.summary(summary);
            if (againstMautic) {
                printer.matchPreview(plan.againstMautic(mode));
            }
            return summary.safetyLimit().isEmpty() ? ExitCode.DONE : ExitCode.USAGE;
        }
    }
}
