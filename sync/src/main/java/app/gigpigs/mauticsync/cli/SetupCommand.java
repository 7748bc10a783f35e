package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.SetupWiring;
import app.gigpigs.mauticsync.cli.output.Confirmation;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.FindingPrinter;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.SetupPrinter;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.setup.AmazonSteps;
import app.gigpigs.mauticsync.setup.Doctor;
import app.gigpigs.mauticsync.setup.DoctorConfig;
import app.gigpigs.mauticsync.setup.Setup;
import app.gigpigs.mauticsync.setup.WebhookSecret;
import app.gigpigs.mauticsync.setup.check.SesChecks;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "setup",
        mixinStandardHelpOptions = true,
        description = {
            "Creates what is missing: the sync's tables, and Mautic's contact fields, segments and webhook.",
            "It shows what it would do and asks first. It may be repeated."
        },
        footer = {
            "",
            "Example: ./mautic-sync setup --webhook-url https://sync.example.com/webhooks/mautic",
            "Exit codes: 0 all is there; 1 the database or Mautic is down, or nothing could be done; 2 something is left for you to do; 3 done in part, or not confirmed"
        })
final class SetupCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--yes", description = "Do it without asking.")
    private boolean yes;

    @Option(
            names = "--webhook-url",
            paramLabel = "URL",
            description = "Where Mautic shall send its webhooks (default: MAUTIC_WEBHOOK_URL).")
    private @Nullable String webhookUrl;

    @Option(
            names = "--secret-file",
            paramLabel = "PATH",
            description =
                    "Write the new webhook secret to this file instead of showing it. If the file exists, its secret is used.")
    private @Nullable Path secretFile;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Map<String, String> environment = new HashMap<>(Terminal.of(spec).environment());
        if (webhookUrl != null) {
            environment.put("MAUTIC_WEBHOOK_URL", webhookUrl);
        }
        DoctorConfig config = new Config(environment).doctor();
        Output output = new Output(spec);
        if (config.mautic().isEmpty()) {
            config.mistakes().forEach(output::error);
            return withoutMautic(config.mistakes(), output);
        }
        WebhookSecret secret = new WebhookSecret(config.receiving().secrets(), Optional.ofNullable(secretFile));
        try (SetupWiring wiring = SetupWiring.open(config)) {
            Doctor doctor = new Doctor(wiring.installation(secret), config.receiving());
            return setUp(
                    new Setup(doctor, SetupPrinter.mistakes(config.mistakes())),
                    secret,
                    AmazonSteps.lines(config.receiving()));
        }
    }

    private int withoutMautic(List<String> mistakes, Output output) {
        if (json) {
            output.json(Map.of("error", String.join("\n", mistakes), "byHand", SetupPrinter.CLICKS));
        } else {
            SetupPrinter.CLICKS.forEach(output::line);
        }
        return ExitCode.USAGE;
    }

    private int setUp(Setup setup, WebhookSecret secret, List<String> amazon) {
        Output output = new Output(spec);
        SetupPrinter printer = new SetupPrinter(output);
        Setup.Plan plan = setup.plan();
        if (!json) {
            printer.plan(plan);
        }
        if (!plan.fixes().isEmpty() && !confirmed()) {
            if (json) {
                output.json(SetupPrinter.fields(plan));
            }
            output.error("nothing was done: answer yes on a terminal, or add --yes");
            return ExitCode.PARTLY;
        }
        Setup.Result result = setup.carryOut(plan);
        boolean silent =
                result.byHand().stream().anyMatch(finding -> finding.subject().equals(SesChecks.SUBJECT));
        tell(plan, result, secret, silent ? amazon : List.of());
        return exitCode(result);
    }

    /** Asks on a terminal; a script cannot answer. */
    private boolean confirmed() {
        if (yes || json || Terminal.of(spec).front() == Terminal.Front.NOBODY) {
            return yes;
        }
        return Confirmation.given(new Output(spec), "Do this?");
    }

    private void tell(Setup.Plan plan, Setup.Result result, WebhookSecret secret, List<String> amazon) {
        Output output = new Output(spec);
        if (json) {
            Map<String, Object> fields = SetupPrinter.fields(plan, result);
            secret.shownOnce().ifPresent(shown -> fields.put("webhookSecret", shown));
            if (!amazon.isEmpty()) {
                fields.put("amazon", amazon);
            }
            output.json(fields);
            return;
        }
        if (!plan.fixes().isEmpty()) {
            SetupPrinter printer = new SetupPrinter(output);
            printer.result(result);
            printer.byHand(result.byHand());
        }
        secret.shownOnce().ifPresent(shown -> output.line(SetupPrinter.secret(shown)));
        if (result.done().stream().anyMatch(message -> message.startsWith("create or update the sync's tables"))) {
            output.line("Give the service's role a password of its own, once, and use it in SUPABASE_DB_URL:");
            output.line("  alter role mautic_sync_service password '<a long random password>';");
        }
        amazon.forEach(output::line);
    }

    private static int exitCode(Setup.Result result) {
        if (!result.failed().isEmpty()) {
            return result.done().isEmpty() ? ExitCode.FAILED : ExitCode.PARTLY;
        }
        return FindingPrinter.exitCode(result.byHand());
    }
}
