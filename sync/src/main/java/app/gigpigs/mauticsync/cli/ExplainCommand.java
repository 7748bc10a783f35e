package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.app.OutboundWiring;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.ExplainPrinter;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.explain.Explainer;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description =
                "Shows everything about one person: fields and segments on both sides, consent and its reasons, events, and what the next run will do.",
        footer = {"", "Example: ./mautic-sync explain jane@example.com"})
final class ExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "EMAIL",
            description = "The person's e-mail address in the CRM or in Mautic.")
    private @Nullable String email;

    @Option(
            names = "--customer",
            paramLabel = "ID",
            description = "The customer's id in the CRM, instead of an address.")
    private @Nullable CustomerId customer;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        if ((email == null) == (customer == null)) {
            throw new ParameterException(spec.commandLine(), "give either an e-mail address or --customer ID");
        }
        Explainer.Explanation explanation = explanation();
        Output output = new Output(spec);
        if (json) {
            output.json(explanation);
        } else {
            new ExplainPrinter(output).print(explanation);
        }
        boolean unknown =
                explanation.customers().isEmpty() && explanation.contacts().isEmpty();
        if (!unknown) {
            return ExitCode.DONE;
        }
        boolean asked = explanation.mauticProblem() == null;
        output.error(new Failure(
                        asked ? ErrorCode.NO_CUSTOMER : ErrorCode.MAUTIC_UNREACHABLE,
                        asked
                                ? "neither the CRM nor Mautic knows this person"
                                : "the CRM does not know this person; Mautic could not be asked")
                .line());
        return asked ? ExitCode.USAGE : ExitCode.FAILED;
    }

    private Explainer.Explanation explanation() {
        try (Connections both = Connections.connect(new Config(Terminal.of(spec).environment()).sync())) {
            Explainer explainer = new OutboundWiring(both).explainer();
            return customer == null ? explainer.email(String.valueOf(email)) : explainer.customer(customer);
        }
    }
}
