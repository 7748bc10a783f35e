package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.App;
import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.consent.ConsentConflicts;
import app.gigpigs.mauticsync.consent.UnsubscribeSpikes;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import app.gigpigs.mauticsync.runs.RunHistory;
import app.gigpigs.mauticsync.setup.WebhookMonitor;
import app.gigpigs.mauticsync.status.CustomerCounts;
import app.gigpigs.mauticsync.status.InboundStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows how the customers stand, the last runs, and whether runs are paused.",
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
        return App.database(config.service(), jdbi -> {
            Output output = new Output(spec);
            RunHistory history = new RunHistory(jdbi);
            CustomerCounts counts = CustomerCounts.of(jdbi);
            Optional<PauseSwitch.Paused> paused = new PauseSwitch(jdbi).current(Lease.OUTBOUND);
            Optional<WebhookMonitor.State> webhook = new WebhookMonitor(jdbi).last();
            InboundStatus inbound = InboundStatus.of(jdbi);
            int consentConflicts = new ConsentConflicts(jdbi, config.crm()).count();
            int spikes = new UnsubscribeSpikes(jdbi, spikeSize).list().size();
            if (json) {
                Map<String, @Nullable Object> fields = fields(counts, history, paused);
                fields.put("consentConflicts", consentConflicts);
                fields.put("unsubscribeSpikes", spikes);
                fields.put("inbound", inbound(inbound));
                fields.put("webhook", webhook.map(StatusCommand::webhook).orElse(null));
                output.json(fields);
            } else {
                text(output, counts, history, paused);
                output.line("Webhook: "
                        + webhook.map(state -> state.message() + " (seen " + ago(state.checked()) + ")")
                                .orElse("serve has not looked at it yet; ./mautic-sync doctor does"));
                output.line("Inbound: " + inbound.message());
                if (consentConflicts + spikes > 0) {
                    output.line("Consent: " + consentConflicts + " say yes in the CRM whom Mautic does not mail, "
                            + spikes + " storms of unsubscribes in 30 days; see ./mautic-sync consent");
                }
            }
            return ExitCode.DONE;
        });
    }

    private static void text(
            Output output, CustomerCounts counts, RunHistory history, Optional<PauseSwitch.Paused> paused) {
        paused.ifPresent(one -> output.line("Runs are " + one.message()));
        output.line("Customers: " + (counts.states().isEmpty() ? "none sent yet" : states(counts)));
        output.line("  with warnings " + counts.withWarnings() + ", possibly still being written " + counts.inFlight()
                + ", do-not-contact in Mautic " + counts.doNotContact());
        output.line(
                "Last good run: " + history.lastGood().map(StatusCommand::ago).orElse("never"));
        for (RunHistory.Run run : history.last(RUNS)) {
            String error = run.ending().error();
            output.line("  " + run.id().toString().substring(0, 8) + "  "
                    + run.started().truncatedTo(ChronoUnit.SECONDS) + "  "
                    + run.ending().status() + " ("
                    + run.ending().triggeredBy() + "), pushed " + run.pushed().synced() + ", refused "
                    + run.pushed().rejected()
                    + (error == null ? "" : ": " + error.lines().findFirst().orElse("")));
        }
    }

    private static String states(CustomerCounts counts) {
        return counts.states().entrySet().stream()
                .map(state -> String.format(Locale.ROOT, "%s %,d", state.getKey(), state.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static Map<String, @Nullable Object> inbound(InboundStatus state) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("caughtUp", state.caughtUp().map(Instant::toString).orElse(null));
        fields.put("dueSince", state.dueSince().map(Instant::toString).orElse(null));
        fields.put("deadDeliveries", state.dead());
        fields.put("rejected", state.rejected());
        return fields;
    }

    private static Map<String, Object> webhook(WebhookMonitor.State state) {
        return Map.of(
                "healthy", state.healthy(),
                "message", state.message(),
                "since", state.since().toString(),
                "checked", state.checked().toString());
    }

    private static String ago(Instant time) {
        Duration age = Duration.between(time, Instant.now());
        return time.truncatedTo(ChronoUnit.SECONDS) + ", " + age.toMinutes() + " minutes ago";
    }

    private static Map<String, @Nullable Object> fields(
            CustomerCounts counts, RunHistory history, Optional<PauseSwitch.Paused> paused) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("customers", counts.states());
        fields.put("withWarnings", counts.withWarnings());
        fields.put("inFlight", counts.inFlight());
        fields.put("doNotContact", counts.doNotContact());
        fields.put("paused", paused.map(PauseSwitch.Paused::message).orElse(null));
        fields.put("lastGoodRun", history.lastGood().map(Instant::toString).orElse(null));
        List<Map<String, @Nullable Object>> runs =
                history.last(RUNS).stream().map(StatusCommand::run).toList();
        fields.put("runs", runs);
        return fields;
    }

    private static Map<String, @Nullable Object> run(RunHistory.Run run) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", run.id().toString());
        fields.put("started", run.started().toString());
        fields.put("finished", run.finished() == null ? null : run.finished().toString());
        fields.put("status", run.ending().status());
        fields.put("triggeredBy", run.ending().triggeredBy());
        fields.put("pushed", run.pushed().synced());
        fields.put("rejected", run.pushed().rejected());
        fields.put("error", run.ending().error());
        return fields;
    }
}
