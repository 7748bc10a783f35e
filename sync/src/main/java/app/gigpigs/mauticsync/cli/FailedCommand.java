package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.PositiveNumber;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.status.RejectedCustomers;
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
        name = "failed",
        mixinStandardHelpOptions = true,
        description =
                "Lists the customers whom Mautic rejected, and counts the skipped ones and the warnings, with the reasons.",
        footer = {"", "Example: ./mautic-sync failed --limit 20"})
final class FailedCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "List at most N customers (default: ${DEFAULT-VALUE}).",
            defaultValue = "100")
    private int limit;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        try (Database database =
                Connections.database(new Config(Terminal.of(spec).environment()).service())) {
            RejectedCustomers rejections = new RejectedCustomers(database.jdbi());
            Output output = new Output(spec);
            if (json) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put(
                        "rejected",
                        rejections.list(limit).stream()
                                .map(FailedCommand::fields)
                                .toList());
                fields.put("skipped", rejections.skipped());
                fields.put("warnings", rejections.warnings());
                output.json(fields);
            } else {
                text(output, rejections);
            }
            return ExitCode.DONE;
        }
    }

    private void text(Output output, RejectedCustomers rejections) {
        List<RejectedCustomers.RejectedCustomer> list = rejections.list(limit);
        output.line(
                list.isEmpty()
                        ? "No customer is rejected."
                        : "Rejected, the latest first (./mautic-sync retry sends them with the next run):");
        list.forEach(one -> output.line("  " + one.customer()
                + (one.contactId() == null ? "" : ", contact " + one.contactId()) + ", tried " + one.attempts()
                + " times, next "
                + (one.nextAttempt() == null ? "when it changes, or after ./mautic-sync retry" : one.nextAttempt())
                + ": "
                + one.reason().line()));
        rejections.skipped().forEach((reason, count) -> output.line("Skipped " + count + ": " + reason));
        rejections.warnings().forEach((warning, count) -> output.line("Warned " + count + ": " + warning));
    }

    private static Map<String, @Nullable Object> fields(RejectedCustomers.RejectedCustomer one) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("customer", one.customer().toString());
        fields.put("contact", one.contactId());
        fields.put("error", one.reason().message());
        fields.put("errorCode", one.reason().code());
        fields.put("attempts", one.attempts());
        fields.put(
                "nextAttempt",
                one.nextAttempt() == null ? null : one.nextAttempt().toString());
        return fields;
    }
}
