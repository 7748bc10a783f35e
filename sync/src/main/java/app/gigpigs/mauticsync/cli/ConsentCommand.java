package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.PositiveNumber;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.consent.ConsentConflicts;
import app.gigpigs.mauticsync.consent.ConsentConflicts.ConsentConflict;
import app.gigpigs.mauticsync.consent.UnsubscribeSpikes;
import app.gigpigs.mauticsync.consent.UnsubscribeSpikes.Spike;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.Database;
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
            "Lists what a person must decide about consent.",
            "Consent conflicts: customers who are opted in in the CRM, but whom Mautic does not mail.",
            "Unsubscribe spikes: many unsubscribes within minutes, which mail scanners often cause."
        },
        footer = {"", "Example: ./mautic-sync consent --json"})
final class ConsentCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "List at most N customers (default: ${DEFAULT-VALUE}).",
            defaultValue = "1000")
    private int limit;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Config config = new Config(Terminal.of(spec).environment());
        int size = config.unsubscribeSpike();
        try (Database database = Connections.database(config.service())) {
            ConsentConflicts consentConflicts = new ConsentConflicts(database.jdbi(), config.crm());
            List<ConsentConflict> list = consentConflicts.list(limit);
            List<Spike> spikes = new UnsubscribeSpikes(database.jdbi(), size).list();
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
        }
    }

    private static void text(Output output, int count, List<ConsentConflict> list, List<Spike> spikes) {
        output.line(
                count == 0
                        ? "No consent conflicts: Mautic may mail every customer who is opted in in the CRM."
                        : count
                                + " customers are opted in in the CRM, but Mautic does not mail them. Where the opt-in is the later"
                                + " decision, remove the do-not-contact entry in Mautic:");
        list.forEach(one -> output.line(
                "  customer " + one.customer() + ", contact " + one.contact() + ": " + message(one.reason())));
        output.line(
                spikes.isEmpty()
                        ? "No unsubscribe spikes in the last 30 days."
                        : "Unsubscribe spikes. The unsubscribes were applied. Look at them, because mail scanners follow links:");
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
            default -> "set by hand, or by an earlier opt-out in the CRM";
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
