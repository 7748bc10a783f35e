package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.App;
import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.PositiveNumber;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.consent.ConsentConflicts;
import app.gigpigs.mauticsync.consent.ConsentConflicts.ConsentConflict;
import app.gigpigs.mauticsync.consent.UnsubscribeSpikes;
import app.gigpigs.mauticsync.consent.UnsubscribeSpikes.Spike;
import app.gigpigs.mauticsync.crm.CustomerId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "consent",
        mixinStandardHelpOptions = true,
        description = {
            "Lists what only a person can decide: customers who say yes in the CRM while Mautic does not mail them,",
            "and storms of unsubscribes, which mail scanners cause."
        },
        footer = {"", "Example: ./mautic-sync consent --json"})
final class ConsentCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "List at most so many customers (default: ${DEFAULT-VALUE}).",
            defaultValue = "1000")
    private int limit;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Config config = new Config(Terminal.of(spec).environment());
        int size = config.unsubscribeSpike();
        return App.database(config.service(), jdbi -> {
            ConsentConflicts consentConflicts = new ConsentConflicts(jdbi, config.crm());
            List<ConsentConflict> list = consentConflicts.list(limit);
            List<Spike> spikes = new UnsubscribeSpikes(jdbi, size).list();
            Output output = new Output(spec);
            if (json) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("consentConflicts", consentConflicts.count());
                fields.put("listed", list.stream().map(ConsentCommand::fields).toList());
                fields.put(
                        "unsubscribeSpikes",
                        spikes.stream().map(ConsentCommand::fields).toList());
                output.json(fields);
            } else {
                text(output, consentConflicts.count(), list, spikes);
            }
            return ExitCode.DONE;
        });
    }

    private static void text(Output output, int count, List<ConsentConflict> list, List<Spike> spikes) {
        output.line(
                count == 0
                        ? "Nobody says yes in the CRM whom Mautic does not mail."
                        : count + " say yes in the CRM, and Mautic does not mail them; where the yes is the later one,"
                                + " remove the entry in Mautic:");
        list.forEach(one -> output.line(
                "  customer " + one.customer() + ", contact " + one.contact() + ": " + message(one.reason())));
        output.line(
                spikes.isEmpty()
                        ? "No storms of unsubscribes in the last 30 days."
                        : "Storms of unsubscribes, obeyed; mail scanners follow links, so look at these:");
        spikes.forEach(spike -> {
            output.line("  e-mail " + spike.emailId() + (spike.name() == null ? "" : " (" + spike.name() + ")") + ", "
                    + spike.hit().unsubscribes() + " from " + spike.from() + " to " + spike.until());
            spike.hit().customers().forEach(customer -> output.line("    customer " + customer));
        });
    }

    private static String message(int reason) {
        return switch (reason) {
            case 1 -> "unsubscribed";
            case 2 -> "bounced";
            default -> "set by hand or by an earlier no of the CRM";
        };
    }

    private static Map<String, Object> fields(ConsentConflict one) {
        return Map.of("customer", one.customer().toString(), "contact", one.contact(), "reason", one.reason());
    }

    private static Map<String, @Nullable Object> fields(Spike spike) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("email", spike.emailId());
        fields.put("name", spike.name());
        fields.put("from", spike.from().toString());
        fields.put("until", spike.until().toString());
        fields.put("unsubscribes", spike.hit().unsubscribes());
        fields.put(
                "customers",
                spike.hit().customers().stream().map(CustomerId::value).toList());
        return fields;
    }
}
