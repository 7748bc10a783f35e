package app.gigpigs.mauticsync.demo;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.referencecrm.ReferenceCrm;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "reference-crm",
        mixinStandardHelpOptions = true,
        description = "Creates a sample CRM in an empty database and fills it, or changes a share of its customers.",
        footer = {"", "Example: ./mautic-sync reference-crm --customers 18000 --seed 1"})
final class ReferenceCrmCommand implements Callable<Integer> {
    private static final int CONNECTIONS = 4;

    @Spec
    private CommandSpec spec;

    @Option(names = "--customers", paramLabel = "N", description = "Create a sample CRM with N customers.")
    private @Nullable Integer customers;

    @Option(names = "--change", paramLabel = "PERCENT", description = "Change this share of the customers instead.")
    private @Nullable BigDecimal change;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed gives the same rows (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private long seed;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        if ((customers == null) == (change == null)) {
            throw new ParameterException(spec.commandLine(), "give either --customers N or --change PERCENT");
        }
        DatabaseUrl admin = new Config(Terminal.of(spec).environment()).admin();
        try (Database database = Database.connect(admin, CONNECTIONS)) {
            ReferenceCrm crm = new ReferenceCrm(database.dataSource());
            if (customers != null) {
                create(crm, customers);
            } else if (change != null) {
                change(crm, change);
            }
        }
        return ExitCode.DONE;
    }

    private void create(ReferenceCrm crm, int customers) {
        crm.create();
        Map<String, Integer> edgeCases = crm.fill(customers, seed);
        if (json) {
            new Output(spec).json(Map.of("created", customers, "edgeCases", edgeCases));
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("Created " + customers + " customers. Edge cases among them:");
        edgeCases.forEach((what, count) -> out.printf("  %5d  %s%n", count, what));
    }

    private void change(ReferenceCrm crm, BigDecimal percent) {
        int changed = crm.change(percent, seed);
        if (json) {
            new Output(spec).json(Map.of("changed", changed));
        } else {
            spec.commandLine().getOut().println("Changed " + changed + " customers.");
        }
    }
}
