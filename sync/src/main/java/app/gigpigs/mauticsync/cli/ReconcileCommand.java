package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.app.OutboundWiring;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.PositiveNumber;
import app.gigpigs.mauticsync.cli.output.ReconcilePrinter;
import app.gigpigs.mauticsync.cli.output.ResultPrinter.Format;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.reconcile.DuplicateContacts;
import app.gigpigs.mauticsync.reconcile.Reconciliation;
import app.gigpigs.mauticsync.reconcile.Scope;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        description = "Compares the contacts in Mautic with the CRM. Exit code 3 says that something differs.",
        footer = {"", "Example: ./mautic-sync reconcile --all --repair"})
final class ReconcileCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @ArgGroup
    private Who whom = new Who();

    @Option(
            names = "--repair",
            description =
                    "Let the next run send the customers that differ again. A missing do-not-contact is set at once.")
    private boolean repair;

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "List at most N findings (default: ${DEFAULT-VALUE}); all are counted.",
            defaultValue = "50")
    private int limit;

    @Option(names = "--json", description = "Print one JSON object for each finding, then one with the counts.")
    private boolean json;

    /** One of these. */
    private static final class Who {
        @Option(names = "--sample", paramLabel = "N", description = "Compare N random customers (default: 200).")
        private int sample = 200;

        @Option(names = "--all", description = "Compare all customers that have a contact.")
        private boolean all;

        @Option(names = "--customer", paramLabel = "ID", description = "Compare this customer only.")
        private @Nullable CustomerId customer;

        @Option(
                names = "--duplicates",
                description = "Search all contacts in Mautic for those that share an address or a supabase_id.")
        private boolean duplicates;
    }

    @Override
    public Integer call() {
        if (whom.sample < 1) {
            throw new ParameterException(spec.commandLine(), "--sample is " + whom.sample + "; it must be at least 1");
        }
        if (repair && whom.duplicates) {
            throw new ParameterException(
                    spec.commandLine(), "--repair cannot fix duplicates: only Mautic's own pages can merge them");
        }
        Config.Sync config = new Config(Terminal.of(spec).environment()).sync();
        ReconcilePrinter printer = new ReconcilePrinter(new Output(spec), json ? Format.JSON : Format.TEXT, limit);
        try (Connections both = Connections.connect(config)) {
            OutboundWiring wiring = new OutboundWiring(both);
            return whom.duplicates ? duplicates(wiring.duplicates(), printer) : drift(wiring.reconciliation(), printer);
        }
    }

    private static int duplicates(DuplicateContacts duplicates, ReconcilePrinter printer) {
        DuplicateContacts.Report report = duplicates.find(printer::group);
        printer.duplicates(report);
        return report.emails() + report.customers() == 0 ? ExitCode.DONE : ExitCode.PARTLY;
    }

    private int drift(Reconciliation reconciliation, ReconcilePrinter printer) {
        Reconciliation.Mode fix = repair ? Reconciliation.Mode.REPAIR : Reconciliation.Mode.REPORT;
        Reconciliation.Report report = reconciliation.run(scope(), fix, printer::drift);
        if (whom.customer != null && report.compared() + report.changed() == 0) {
            printer.unknown(whom.customer);
            return ExitCode.USAGE;
        }
        printer.report(report, fix);
        return report.drifted() == 0 ? ExitCode.DONE : ExitCode.PARTLY;
    }

    private Scope scope() {
        if (whom.all) {
            return new Scope.All();
        }
        return whom.customer == null ? new Scope.Sample(whom.sample) : new Scope.One(whom.customer);
    }
}
