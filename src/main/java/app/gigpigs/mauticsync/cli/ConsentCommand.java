package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.App;
import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.PositiveNumber;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.consent.ConsentConflicts;
import app.gigpigs.mauticsync.consent.ConsentConflicts.Disagreement;
import app.gigpigs.mauticsync.consent.UnsubscribeSpikes;
import app.gigpigs.mauticsync.consent.UnsubscribeSpikes.Storm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
        int size = config.stormSize();
        return App.database(config.service(), jdbi -> {
            ConsentConflicts disagreements = new ConsentConflicts(jdbi, config.crm());
            List<Disagreement> list = disagreements.list(limit);
            List<Storm> storms = new UnsubscribeSpikes(jdbi, size).list();
            Output output = new Output(spec);
            if (json) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("disagreements", disagreements.count());
                fields.put("listed", list.stream().map(ConsentCommand::fields).toList());
                fields.put("storms", storms.stream().map(ConsentCommand::fields).toList());
                output.json(fields);
            } else {
                text(output, disagreements.count(), list, storms);
            }
            return ExitCode.DONE;
        });
    }

    private static void text(Output output, int count, List<Disagreement> list, List<Storm> storms) {
        output.line(
                count == 0
                        ? "Nobody says yes in the CRM whom Mautic does not mail."
                        : count + " say yes in the CRM, and Mautic does not mail them; where the yes is the later one,"
                                + " remove the entry in Mautic:");
        list.forEach(one -> output.line(
                "  customer " + one.customer() + ", contact " + one.contact() + ": " + words(one.reason())));
        output.line(
                storms.isEmpty()
                        ? "No storms of unsubscribes in the last 30 days."
                        : "Storms of unsubscribes, obeyed; mail scanners follow links, so look at these:");
        storms.forEach(storm -> {
            output.line("  e-mail " + storm.emailId() + (storm.name() == null ? "" : " (" + storm.name() + ")") + ", "
                    + storm.hit().unsubscribes() + " from " + storm.from() + " to " + storm.until());
            storm.hit().customers().forEach(customer -> output.line("    customer " + customer));
        });
    }

    private static String words(int reason) {
        return switch (reason) {
            case 1 -> "unsubscribed";
            case 2 -> "bounced";
            default -> "set by hand or by an earlier no of the CRM";
        };
    }

    private static Map<String, Object> fields(Disagreement one) {
        return Map.of("customer", one.customer().toString(), "contact", one.contact(), "reason", one.reason());
    }

    private static Map<String, @Nullable Object> fields(Storm storm) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("email", storm.emailId());
        fields.put("name", storm.name());
        fields.put("from", storm.from().toString());
        fields.put("until", storm.until().toString());
        fields.put("unsubscribes", storm.hit().unsubscribes());
        fields.put(
                "customers",
                storm.hit().customers().stream().map(UUID::toString).toList());
        return fields;
    }
}
