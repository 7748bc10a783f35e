package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.cli.output.ConsentPrinter;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.consent.ConsentConflicts;
import app.gigpigs.mauticsync.consent.NotMailable;
import app.gigpigs.mauticsync.consent.ResubscribeRequests;
import app.gigpigs.mauticsync.consent.UnsubscribeSpikes;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.runs.RunHistory;
import app.gigpigs.mauticsync.status.CustomerCounts;
import app.gigpigs.mauticsync.status.StatusFields;
import app.gigpigs.mauticsync.status.StatusReport;
import app.gigpigs.mauticsync.status.StatusRules;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description =
                "Shows how many customers are in which state, the last runs, the webhook, and whether runs are paused.",
        footer = {"", "Example: ./mautic-sync status --json"})
final class StatusCommand implements Callable<Integer> {
    private static final int RUNS = 10;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Config config = new Config(Terminal.of(spec).environment());
        int spikeSize = config.unsubscribeSpike();
        StatusRules rules = config.statusRules();
        try (Database database = Connections.database(config.service())) {
            Jdbi jdbi = database.jdbi();
            StatusReport report = StatusReport.of(jdbi, config.crm());
            List<Failure> problems =
                    rules.problems(report, InstantSource.system().instant());
            List<RunHistory.Run> runs = new RunHistory(jdbi).last(RUNS);
            Consent consent = new Consent(
                    new ConsentConflicts(jdbi, config.crm()).count(),
                    new ResubscribeRequests(jdbi, config.crm(), config.consentRule())
                            .list()
                            .size(),
                    new UnsubscribeSpikes(jdbi, spikeSize).list().size(),
                    new NotMailable(jdbi, config.crm(), config.consentRule()).count());
            if (json) {
                Map<String, @Nullable Object> fields = StatusFields.of(report, problems);
                fields.put("runs", runs.stream().map(StatusFields::run).toList());
                fields.putAll(fields(consent));
                new Output(spec).json(fields);
            } else {
                text(report, problems, runs);
                text(consent);
            }
            return ExitCode.DONE;
        }
    }

    /** What a person should look at. */
    private record Consent(int conflicts, int askingAgain, int spikes, NotMailable.Counts notMailable) {}

    private static Map<String, Object> fields(Consent consent) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("consentConflicts", consent.conflicts());
        fields.put("askingAgain", consent.askingAgain());
        fields.put("unsubscribeSpikes", consent.spikes());
        fields.put("notMailable", consent.notMailable().customers());
        fields.put("addressesOfNobody", consent.notMailable().addressesOfNobody());
        return fields;
    }

    private void text(StatusReport report, List<Failure> problems, List<RunHistory.Run> runs) {
        Output output = new Output(spec);
        problems.forEach(problem -> output.line("PROBLEM " + problem.line()));
        report.waits()
                .forEach(wait -> output.line("Waiting until " + wait.until().truncatedTo(ChronoUnit.SECONDS)
                        + " at the latest: " + wait.why()));
        report.runs().paused().ifPresent(one -> output.line("Runs are " + one.message()));
        CustomerCounts counts = report.customers();
        output.line("Customers: " + (counts.states().isEmpty() ? "none sent yet" : states(counts)));
        output.line("  with warnings " + counts.withWarnings() + ", possibly still being written " + counts.inFlight()
                + ", do-not-contact in Mautic " + counts.doNotContact());
        output.line("Last good run: "
                + report.runs().lastGood().map(StatusCommand::ago).orElse("never")
                + report.runs()
                        .next()
                        .map(next -> "; the next is due at " + next.truncatedTo(ChronoUnit.SECONDS))
                        .orElse(""));
        runs.forEach(run -> output.line(line(run)));
        output.line(report.inbound()
                .webhook()
                .map(state -> "Mautic's " + state.message() + " (checked " + ago(state.checked()) + ")")
                .orElse("Mautic's webhook: serve has not checked it yet; ./mautic-sync doctor checks it"));
        output.line("Inbound: " + report.inbound().tables().message());
        output.line("Opt-outs in the CRM " + report.outbox().message());
    }

    private static String line(RunHistory.Run run) {
        Failure failure = run.ending().failure();
        return "  " + run.id().toString().substring(0, 8) + "  "
                + run.started().truncatedTo(ChronoUnit.SECONDS) + "  "
                + run.ending().status() + " ("
                + run.ending().triggeredBy() + "), pushed " + run.pushed().synced() + ", rejected "
                + run.pushed().rejected()
                + (failure == null
                        ? ""
                        : ": " + failure.line().lines().findFirst().orElse(""));
    }

    private void text(Consent consent) {
        Output output = new Output(spec);
        output.line("Not mailed: " + ConsentPrinter.message(consent.notMailable()));
        if (consent.conflicts() + consent.askingAgain() + consent.spikes() > 0) {
            output.line("Consent: " + consent.conflicts()
                    + " customers are opted in in the CRM, but Mautic does not mail them; " + consent.askingAgain()
                    + " people ask to be mailed again; " + consent.spikes()
                    + " unsubscribe spikes in 30 days; see ./mautic-sync consent");
        }
    }

    private static String states(CustomerCounts counts) {
        return counts.states().entrySet().stream()
                .map(state -> String.format(Locale.ROOT, "%s %,d", state.getKey(), state.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String ago(Instant time) {
        Duration age = Duration.between(time, Instant.now());
        return time.truncatedTo(ChronoUnit.SECONDS) + ", " + age.toMinutes() + " minutes ago";
    }
}
