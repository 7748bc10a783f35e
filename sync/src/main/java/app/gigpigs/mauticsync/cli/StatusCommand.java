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
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import app.gigpigs.mauticsync.runs.RunHistory;
import app.gigpigs.mauticsync.setup.WebhookMonitor;
import app.gigpigs.mauticsync.status.CustomerCounts;
import app.gigpigs.mauticsync.status.InboundStatus;
import app.gigpigs.mauticsync.status.OutboxStatus;
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
        try (Database database = Connections.database(config.service())) {
            Jdbi jdbi = database.jdbi();
            Outbound outbound = new Outbound(
                    CustomerCounts.of(jdbi), new RunHistory(jdbi), new PauseSwitch(jdbi).current(Lease.OUTBOUND));
            Inbound inbound = new Inbound(InboundStatus.of(jdbi), new WebhookMonitor(jdbi).last());
            Consent consent = new Consent(
                    OutboxStatus.of(jdbi, config.crm()),
                    new ConsentConflicts(jdbi, config.crm()).count(),
                    new ResubscribeRequests(jdbi, config.crm(), config.consentRule())
                            .list()
                            .size(),
                    new UnsubscribeSpikes(jdbi, spikeSize).list().size(),
                    new NotMailable(jdbi, config.crm(), config.consentRule()).count());
            if (json) {
                json(outbound, inbound, consent);
            } else {
                text(outbound);
                text(inbound);
                text(consent);
            }
            return ExitCode.DONE;
        }
    }

    /** How the customers and the runs are. */
    private record Outbound(CustomerCounts counts, RunHistory history, Optional<PauseSwitch.Paused> paused) {}

    /** How the way from Mautic to the CRM is. */
    private record Inbound(InboundStatus tables, Optional<WebhookMonitor.State> webhook) {}

    /** What a person should look at. */
    private record Consent(
            OutboxStatus outbox, int conflicts, int askingAgain, int spikes, NotMailable.Counts notMailable) {}

    private void json(Outbound outbound, Inbound inbound, Consent consent) {
        Map<String, @Nullable Object> fields = fields(outbound);
        fields.put("consentConflicts", consent.conflicts());
        fields.put("askingAgain", consent.askingAgain());
        fields.put("unsubscribeSpikes", consent.spikes());
        fields.put("notMailable", consent.notMailable().customers());
        fields.put("addressesOfNobody", consent.notMailable().addressesOfNobody());
        fields.put("optOuts", outbox(consent.outbox()));
        fields.put("inbound", inbound(inbound.tables()));
        fields.put("webhook", inbound.webhook().map(StatusCommand::webhook).orElse(null));
        new Output(spec).json(fields);
    }

    private void text(Outbound outbound) {
        Output output = new Output(spec);
        CustomerCounts counts = outbound.counts();
        outbound.paused().ifPresent(one -> output.line("Runs are " + one.message()));
        output.line("Customers: " + (counts.states().isEmpty() ? "none sent yet" : states(counts)));
        output.line("  with warnings " + counts.withWarnings() + ", possibly still being written " + counts.inFlight()
                + ", do-not-contact in Mautic " + counts.doNotContact());
        output.line("Last good run: "
                + outbound.history().lastGood().map(StatusCommand::ago).orElse("never"));
        outbound.history().last(RUNS).forEach(run -> output.line(line(run)));
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

    private void text(Inbound inbound) {
        Output output = new Output(spec);
        output.line(inbound.webhook()
                .map(state -> "Mautic's " + state.message() + " (checked " + ago(state.checked()) + ")")
                .orElse("Mautic's webhook: serve has not checked it yet; ./mautic-sync doctor checks it"));
        output.line("Inbound: " + inbound.tables().message());
    }

    private void text(Consent consent) {
        Output output = new Output(spec);
        output.line("Not mailed: " + ConsentPrinter.message(consent.notMailable()));
        output.line("Opt-outs in the CRM " + consent.outbox().message());
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

    private static Map<String, @Nullable Object> inbound(InboundStatus state) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("caughtUp", state.caughtUp().map(Instant::toString).orElse(null));
        fields.put("dueSince", state.dueSince().map(Instant::toString).orElse(null));
        fields.put("deadDeliveries", state.dead());
        fields.put("rejected", state.rejected());
        return fields;
    }

    private static Map<String, @Nullable Object> outbox(OutboxStatus state) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("withoutTriggers", state.withoutTriggers());
        fields.put("waiting", state.waiting());
        fields.put("held", state.held());
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

    private static Map<String, @Nullable Object> fields(Outbound outbound) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        CustomerCounts counts = outbound.counts();
        fields.put("customers", counts.states());
        fields.put("withWarnings", counts.withWarnings());
        fields.put("inFlight", counts.inFlight());
        fields.put("doNotContact", counts.doNotContact());
        fields.put("paused", outbound.paused().map(PauseSwitch.Paused::message).orElse(null));
        fields.put(
                "lastGoodRun",
                outbound.history().lastGood().map(Instant::toString).orElse(null));
        List<Map<String, @Nullable Object>> runs =
                outbound.history().last(RUNS).stream().map(StatusCommand::run).toList();
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
        Failure failure = run.ending().failure();
        fields.put("error", failure == null ? null : failure.message());
        fields.put("errorCode", failure == null ? null : failure.code().id());
        return fields;
    }
}
