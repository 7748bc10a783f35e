package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.inbound.inbox.Replay;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = "Lets serve process webhook deliveries again. An event that was applied is not applied twice.",
        footer = {"", "Example: ./mautic-sync replay --dead"})
final class ReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--id", paramLabel = "ID", description = "This delivery; ./mautic-sync inbox lists the ids.")
    private @Nullable Long id;

    @Option(names = "--dead", description = "All dead deliveries.")
    private boolean dead;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "The deliveries received since then, for example 2026-11-24T10:00:00Z.")
    private @Nullable String from;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "With --from: the deliveries received before this time (default: now).")
    private @Nullable String until;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Replay which = which();
        int count = replay(which);
        Output output = new Output(spec);
        if (json) {
            output.json(Map.of("replayed", count));
        } else {
            output.line(count + (count == 1 ? " delivery" : " deliveries") + " will be processed again by serve.");
        }
        return ExitCode.DONE;
    }

    private int replay(Replay which) {
        try (Database database =
                Connections.database(new Config(Terminal.of(spec).environment()).service())) {
            return new Inbox(database.jdbi()).replay(which);
        }
    }

    private Replay which() {
        int chosen = (id == null ? 0 : 1) + (dead ? 1 : 0) + (from == null ? 0 : 1);
        if (chosen != 1) {
            throw new ParameterException(spec.commandLine(), "give one of --id ID, --dead, --from TIME");
        }
        if (id != null) {
            return new Replay.One(id);
        }
        return from == null
                ? new Replay.AllDead()
                : new Replay.Between(time("--from", from), until == null ? Instant.now() : time("--until", until));
    }

    private Instant time(String option, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new ParameterException(
                    spec.commandLine(), option + " is \"" + text + "\"; write it as 2026-11-24T10:00:00Z");
        }
    }
}
