package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.App;
import app.gigpigs.mauticsync.Config;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
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
    @Spec
    private CommandSpec spec;

    @Option(names = "--customers", description = "How many customers to make.")
    private @Nullable Integer customers;

    @Option(names = "--change", description = "Per cent of the customers to change instead.")
    private @Nullable BigDecimal change;

    @Option(
            names = "--seed",
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
        var out = spec.commandLine().getOut();
        var admin = new Config(Shell.of(spec).environment()).admin();
        if (json) {
            new Output(spec)
                    .json(
                            customers != null
                                    ? Map.of(
                                            "created",
                                            customers,
                                            "nasty",
                                            App.createReferenceCrm(admin, customers, seed))
                                    : Map.of(
                                            "changed",
                                            App.changeReferenceCrm(admin, Objects.requireNonNull(change), seed)));
        } else if (customers != null) {
            Map<String, Integer> nasty = App.createReferenceCrm(admin, customers, seed);
            out.println("Created " + customers + " customers. Nasty cases among them:");
            nasty.forEach((what, count) -> out.printf("  %5d  %s%n", count, what));
        } else if (change != null) {
            out.println("Changed " + App.changeReferenceCrm(admin, change, seed) + " customers.");
        }
        return ExitCode.DONE;
    }
}
