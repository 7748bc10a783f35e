package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.PositiveNumber;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "inbox",
        mixinStandardHelpOptions = true,
        description = "Lists the webhook deliveries that were received, the latest first.",
        footer = {"", "Example: ./mautic-sync inbox --dead"})
final class InboxCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--dead", description = "Only dead deliveries: they failed too often or cannot be read.")
    private boolean dead;

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "List at most N deliveries (default: ${DEFAULT-VALUE}).",
            defaultValue = "20")
    private int limit;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        try (Database database =
                Connections.database(new Config(Terminal.of(spec).environment()).service())) {
            Inbox inbox = new Inbox(database.jdbi());
            List<Inbox.Entry> entries = inbox.list(dead ? Inbox.State.DEAD : null, limit);
            Output output = new Output(spec);
            if (json) {
                Map<String, Object> fields = new LinkedHashMap<>();
                inbox.counts().forEach((state, count) -> fields.put(lower(state), count));
                fields.put(
                        "deliveries", entries.stream().map(InboxCommand::fields).toList());
                output.json(fields);
            } else {
                output.line("Deliveries: " + inbox.counts().toString().toLowerCase(Locale.ROOT));
                entries.forEach(entry -> output.line(text(entry)));
            }
            return ExitCode.DONE;
        }
    }

    private static String text(Inbox.Entry entry) {
        String error = entry.attempts().lastError();
        return "  " + entry.id() + "  " + entry.receivedAt() + "  " + lower(entry.state()) + ", " + entry.bytes()
                + " bytes, tried " + entry.attempts().count() + " times" + (error == null ? "" : ": " + error);
    }

    private static Map<String, @Nullable Object> fields(Inbox.Entry entry) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", entry.id());
        fields.put("received", entry.receivedAt().toString());
        fields.put("state", lower(entry.state()));
        fields.put("attempts", entry.attempts().count());
        fields.put("bytes", entry.bytes());
        fields.put("error", entry.attempts().lastError());
        return fields;
    }

    private static String lower(Inbox.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
