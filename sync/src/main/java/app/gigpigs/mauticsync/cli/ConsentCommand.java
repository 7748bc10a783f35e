package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.app.OutboundWiring;
import app.gigpigs.mauticsync.cli.output.Confirmation;
import app.gigpigs.mauticsync.cli.output.ConsentPrinter;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.PositiveNumber;
import app.gigpigs.mauticsync.cli.output.ResultPrinter.Format;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.consent.AddressHistory;
import app.gigpigs.mauticsync.consent.AllowReport;
import app.gigpigs.mauticsync.consent.ConsentConflicts;
import app.gigpigs.mauticsync.consent.ConsentConflicts.ConsentConflict;
import app.gigpigs.mauticsync.consent.ConsentHistory;
import app.gigpigs.mauticsync.consent.NotMailable;
import app.gigpigs.mauticsync.consent.Operator;
import app.gigpigs.mauticsync.consent.ResubscribeRequests;
import app.gigpigs.mauticsync.consent.ResubscribeRequests.Request;
import app.gigpigs.mauticsync.consent.Selection;
import app.gigpigs.mauticsync.consent.UnsubscribeSpikes;
import app.gigpigs.mauticsync.consent.UnsubscribeSpikes.Spike;
import app.gigpigs.mauticsync.consent.ledger.HashKeyStore;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.outbound.AllowByOperator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "consent",
        mixinStandardHelpOptions = true,
        description = {
            "Shows everything that is known about the consent of EMAIL: what was said when and by whom, who ended it, and"
                    + " what counts now.",
            "Without EMAIL it counts everybody who is not mailed, by reason, and lists what a person must decide:",
            "- consent conflicts: customers who are opted in in the CRM, but whom Mautic does not mail;",
            "- people who ask to be mailed again by Mautic's own link;",
            "- unsubscribe spikes: many unsubscribes within minutes, which mail scanners often cause.",
            "With --allow a person decides that addresses are mailed again."
        },
        footer = {
            "",
            "Example: ./mautic-sync consent jane@example.com",
            "Example: ./mautic-sync consent --allow jane@example.com --by \"Bob Lee\" --why \"signed up again by phone\"",
            "Example: ./mautic-sync consent --allow --reason bounced --from 2026-11-24T08:00:00Z --until"
                    + " 2026-11-24T10:00:00Z --by \"Bob Lee\" --why \"our mail server was down\"",
            "Exit codes: 0 done; 1 failed, or a run is going on; 2 wrong usage or configuration; 3 allowed in part, or not"
                    + " confirmed"
        })
final class ConsentCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "EMAIL", description = "An e-mail address.")
    private @Nullable String email;

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "List at most N customers (default: ${DEFAULT-VALUE}).",
            defaultValue = "1000")
    private int limit;

    @ArgGroup(exclusive = false)
    private AllowOptions allowing = new AllowOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        if (email != null && email.indexOf('@') < 0) {
            throw new ParameterException(spec.commandLine(), "EMAIL must be an e-mail address");
        }
        if (allowing.allow) {
            return allow();
        }
        Config config = new Config(Terminal.of(spec).environment());
        int size = config.unsubscribeSpike();
        try (Database database = Connections.database(config.service())) {
            return email == null ? list(config, database, size) : history(config, database, email);
        }
    }

    private int history(Config config, Database database, String address) {
        ConsentHistory history = new AddressHistory(
                        database.jdbi(), config.crm(), config.consentRule(), new HashKeyStore(config.hashKey()))
                .of(address);
        Output output = new Output(spec);
        if (json) {
            output.json(history);
        } else {
            new ConsentPrinter(output).history(history);
        }
        return ExitCode.DONE;
    }

    private int list(Config config, Database database, int spikeSize) {
        ConsentConflicts consentConflicts = new ConsentConflicts(database.jdbi(), config.crm());
        List<ConsentConflict> list = consentConflicts.list(limit);
        List<Request> requests = new ResubscribeRequests(database.jdbi(), config.crm(), config.consentRule()).list();
        NotMailable.Counts counts = new NotMailable(database.jdbi(), config.crm(), config.consentRule()).count();
        List<Spike> spikes = new UnsubscribeSpikes(database.jdbi(), spikeSize).list();
        Output output = new Output(spec);
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("notMailable", counts.customers());
            fields.put("addressesOfNobody", counts.addressesOfNobody());
            fields.put("consentConflicts", consentConflicts.count());
            fields.put("listed", list.stream().map(ConsentCommand::fields).toList());
            fields.put("askingAgain", requests);
            fields.put(
                    "unsubscribeSpikes",
                    spikes.stream().map(ConsentCommand::fields).toList());
            output.json(fields);
        } else {
            ConsentPrinter printer = new ConsentPrinter(output);
            printer.notMailable(counts);
            printer.conflicts(consentConflicts.count(), list);
            printer.requests(requests);
            printer.spikes(spikes);
        }
        return ExitCode.DONE;
    }

    private int allow() {
        Selection selection = usable(() -> allowing.selection(email));
        Operator operator = usable(allowing::operator);
        if (json && !allowing.yes) {
            throw new ParameterException(spec.commandLine(), "--json cannot ask; add --yes");
        }
        try (Connections both = Connections.connect(new Config(Terminal.of(spec).environment()).sync())) {
            AllowByOperator allow = new OutboundWiring(both).allowByOperator();
            Output output = new Output(spec);
            if (!allowing.yes) {
                print(output, allow.look(selection, operator.complaints()), "would be");
                if (!Confirmation.given(output, "Let them be mailed again?")) {
                    output.line("Nothing was changed.");
                    return ExitCode.PARTLY;
                }
            }
            return ended(output, allow.allow(selection, operator));
        }
    }

    private int ended(Output output, Optional<AllowReport> report) {
        if (report.isEmpty()) {
            String message = "a run is going on, and nothing was changed: call this again after it";
            output.failed(new Failure(ErrorCode.RUN_ACTIVE, message), json ? Format.JSON : Format.TEXT);
            return ExitCode.FAILED;
        }
        if (json) {
            output.json(report.get());
        } else {
            print(output, report.get(), "are");
        }
        return report.get().kept().isEmpty() ? ExitCode.DONE : ExitCode.PARTLY;
    }

    private static void print(Output output, AllowReport report, String verb) {
        output.line(report.addresses() + " addresses " + verb + " mailed again; statements that " + verb + " ended: "
                + (report.statements().isEmpty() ? "none" : report.statements()) + ".");
        report.kept().forEach(one -> output.line("  " + one.address() + " stays as it is: " + one.why()));
    }

    /** What is wrong with the options is told as such. */
    private <T> T usable(Supplier<T> options) {
        try {
            return options.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
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
