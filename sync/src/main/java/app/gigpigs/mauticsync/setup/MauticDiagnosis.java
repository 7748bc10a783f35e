package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.mautic.WebhookApi;
import app.gigpigs.mauticsync.mautic.WebhookApi.Webhook;
import app.gigpigs.mauticsync.outbound.segment.SegmentLookup;
import app.gigpigs.mauticsync.setup.check.CampaignChecks;
import app.gigpigs.mauticsync.setup.check.DeliveryLogChecks;
import app.gigpigs.mauticsync.setup.check.FieldChecks;
import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.setup.check.InboxChecks;
import app.gigpigs.mauticsync.setup.check.Installation;
import app.gigpigs.mauticsync.setup.check.Installation.MauticSide;
import app.gigpigs.mauticsync.setup.check.MauticChecks;
import app.gigpigs.mauticsync.setup.check.SegmentChecks;
import app.gigpigs.mauticsync.setup.check.SourceChecks;
import app.gigpigs.mauticsync.setup.check.WebhookChecks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** The checks of Mautic. Some compare it with the database, so that one is checked first. */
final class MauticDiagnosis {
    private final Installation installation;
    private final DatabaseDiagnosis database;

    MauticDiagnosis(Installation installation, DatabaseDiagnosis database) {
        this.installation = installation;
        this.database = database;
    }

    /** What {@code setup} creates: the fields, the segments, the webhook. */
    List<Finding> foundations() {
        List<Finding> findings = new ArrayList<>();
        installation.mautic().ifPresent(side -> {
            List<Finding> greeting =
                    GuardedCheck.run("Mautic", () -> new MauticChecks(side, installation.clock()).greeting());
            findings.addAll(greeting);
            if (greeting.stream().noneMatch(Finding::bad)) {
                findings.addAll(definitions(side));
            }
        });
        return findings;
    }

    List<Finding> all() {
        if (installation.mautic().isEmpty()) {
            return List.of(Finding.notChecked("Mautic", "MAUTIC_URL or the credentials cannot be used"));
        }
        MauticSide side = installation.mautic().get();
        MauticChecks checks = new MauticChecks(side, installation.clock());
        List<Finding> greeting = GuardedCheck.run("Mautic", checks::greeting);
        List<Finding> findings = new ArrayList<>(greeting);
        if (greeting.stream().anyMatch(Finding::bad)) {
            findings.add(Finding.notChecked("fields, segments, webhook, bounces", "Mautic's API cannot be used"));
            return findings;
        }
        findings.addAll(GuardedCheck.run("linked contacts", () -> List.of(linkedContacts(side))));
        findings.addAll(definitions(side));
        findings.addAll(GuardedCheck.run("deliveries", () -> deliveries(side, checks)));
        findings.addAll(GuardedCheck.run("bounces", () -> List.of(checks.bounces())));
        findings.addAll(GuardedCheck.run(
                "campaigns", () -> new CampaignChecks(side.client().campaigns()).findings()));
        return findings;
    }

    /** Whether the ids that are stored are this Mautic's. */
    private Finding linkedContacts(MauticSide side) {
        Optional<Jdbi> jdbi = database.migrated();
        if (jdbi.isEmpty()) {
            return Finding.notChecked("linked contacts", "needs the database");
        }
        return new InstanceCheck(jdbi.get(), side.client())
                .another()
                .map(
                        message -> Finding.problem(
                                "linked contacts",
                                message,
                                "correct MAUTIC_URL; if you moved to a different Mautic instance, stop serve and run ./mautic-sync switch-instance (docs/concepts.md)"))
                .orElse(Finding.ok("linked contacts", "no sign of a different Mautic instance"));
    }

    /** What has to be defined in Mautic. */
    private List<Finding> definitions(MauticSide side) {
        Map<String, SegmentLookup.Stored> stored =
                database.migrated().map(SegmentLookup::stored).orElse(Map.of());
        List<Finding> findings = new ArrayList<>(GuardedCheck.run(
                "contact fields",
                () -> new FieldChecks(
                                side.client().fields(),
                                SourceChecks.choices(installation.mapping(), database.reachable()))
                        .findings(installation.mapping().fields().fields())));
        findings.addAll(GuardedCheck.run(
                "segments",
                () -> new SegmentChecks(side.client(), stored)
                        .findings(installation.mapping().segments())));
        findings.addAll(GuardedCheck.run(
                "webhook", () -> new WebhookChecks(side.client().webhooks(), installation.webhook()).findings()));
        findings.addAll(GuardedCheck.run("deliveries of the webhook", () -> deliveryLog(side)));
        return findings;
    }

    private List<Finding> deliveryLog(MauticSide side) {
        WebhookApi webhooks = side.client().webhooks();
        Optional<Webhook> ours = new WebhookChecks(webhooks, installation.webhook())
                .ours(webhooks.all()).stream().findFirst();
        return new DeliveryLogChecks(side.client().stats(), side.client().release())
                .findings(ours, installation.webhook().url());
    }

    private List<Finding> deliveries(MauticSide side, MauticChecks checks) {
        var webhooks = side.client().webhooks();
        var ours = new WebhookChecks(webhooks, installation.webhook()).ours(webhooks.all());
        Optional<Jdbi> jdbi = database.migrated();
        if (ours.isEmpty() || jdbi.isEmpty()) {
            return List.of(Finding.notChecked("deliveries", "needs a webhook and the database"));
        }
        Optional<Instant> since = Optional.ofNullable(ours.get(0).added());
        return List.of(checks.deliveries(InboxChecks.lastDelivery(jdbi.get()), since));
    }
}
