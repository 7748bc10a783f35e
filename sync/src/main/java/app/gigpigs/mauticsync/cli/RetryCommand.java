package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.outbound.state.ResendRequests;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "retry",
        mixinStandardHelpOptions = true,
        description = "Lets the next run send rejected customers again, without waiting for their retry time.",
        footer = {"", "Example: ./mautic-sync retry"})
final class RetryCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--customer", paramLabel = "ID", description = "This customer only.")
    private @Nullable CustomerId customer;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        int count = retry();
        Output output = new Output(spec);
        if (json) {
            output.json(Map.of("retried", count));
        } else {
            output.line(count + (count == 1 ? " customer" : " customers") + " will be tried by the next run.");
        }
        return ExitCode.DONE;
    }

    private int retry() {
        try (Database database =
                Connections.database(new Config(Terminal.of(spec).environment()).service())) {
            return database.jdbi()
                    .withHandle(handle -> new ResendRequests(handle).rejected(Optional.ofNullable(customer)));
        }
    }
}
