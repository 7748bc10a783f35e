package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.mautic.MauticUnavailable;
import app.gigpigs.mauticsync.outbound.segment.SegmentLookup;
import app.gigpigs.mauticsync.setup.check.ConnectionChecks;
import app.gigpigs.mauticsync.setup.check.FieldChecks;
import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.setup.check.Finding.Level;
import app.gigpigs.mauticsync.setup.check.Fix;
import app.gigpigs.mauticsync.setup.check.Installation;
import app.gigpigs.mauticsync.setup.check.Installation.Admin;
import app.gigpigs.mauticsync.setup.check.Installation.MauticSide;
import app.gigpigs.mauticsync.setup.check.Installation.Service;
import app.gigpigs.mauticsync.setup.check.MauticChecks;
import app.gigpigs.mauticsync.setup.check.RoleChecks;
import app.gigpigs.mauticsync.setup.check.RunChecks;
import app.gigpigs.mauticsync.setup.check.SegmentChecks;
import app.gigpigs.mauticsync.setup.check.SourceChecks;
import app.gigpigs.mauticsync.setup.check.WebhookChecks;
import app.gigpigs.mauticsync.setup.check.WriteTrialChecks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Looks at both sides and says what is wrong, each check for itself: one that fails hides no other. A side that does
 * not answer is one finding.
 */
public final class Doctor {
    private final Installation installation;
    private final Duration staleAfter;
    private boolean database;
    private boolean migrated;

    /**
     * Looks at nothing yet.
     *
     * @param staleAfter how old the last good run may be
     */
    public Doctor(Installation installation, Duration staleAfter) {
        this.installation = installation;
        this.staleAfter = staleAfter;
    }

    /** Everything. */
    public List<Finding> examine() {
        List<Finding> findings = new ArrayList<>(databaseSide());
        findings.addAll(mauticSide());
        return findings;
    }

    /** What {@code setup} makes: the schema, the fields, the segments, the webhook. */
    public List<Finding> foundations() {
        List<Finding> findings = new ArrayList<>();
        installation.database().service().ifPresentOrElse(service -> findings.add(reach(service)), () -> {});
        findings.addAll(migration());
        installation.mautic().ifPresent(side -> {
            List<Finding> greeting = guarded("Mautic", () -> new MauticChecks(side, installation.clock()).greeting());
            findings.addAll(greeting);
            if (greeting.stream().noneMatch(Finding::bad)) {
                findings.addAll(definitions(side));
            }
        });
        return findings;
    }

    private Finding reach(Service service) {
        Finding reachable = ConnectionChecks.reachable(service.url());
        database = reachable.level() == Level.OK;
        return reachable;
    }

    private List<Finding> databaseSide() {
        Optional<Service> login = installation.database().service();
        if (login.isEmpty()) {
            List<Finding> findings = new ArrayList<>(migration());
            findings.add(Finding.notChecked("database", "SUPABASE_DB_URL cannot be used"));
            return findings;
        }
        Service service = login.get();
        List<Finding> findings = new ArrayList<>(List.of(reach(service)));
        findings.addAll(migration());
        if (!database) {
            findings.add(Finding.notChecked("view, role, rights, runs, inbox", "the database does not answer"));
            return findings;
        }
        RoleChecks role = new RoleChecks(service.jdbi(), installation.mapping().crm());
        SourceChecks source = new SourceChecks(service.jdbi(), installation.mapping());
        findings.addAll(guarded("connection", () -> ConnectionChecks.way(service.url(), service.database())));
        findings.addAll(guarded("role", () -> List.of(role.role())));
        List<Finding> rights = guarded("rights", role::grants);
        findings.addAll(rights);
        findings.addAll(
                rights.stream().anyMatch(Finding::bad)
                        ? List.of(Finding.notChecked("changes", "rights are lacking"))
                        : guarded(
                                "changes",
                                new WriteTrialChecks(
                                        service.jdbi(), installation.mapping().crm())::changes));
        findings.addAll(guarded("row level security", role::hiddenRows));
        List<Finding> view = guarded("view", source::view);
        findings.addAll(view);
        findings.addAll(
                view.stream().anyMatch(Finding::bad)
                        ? List.of(Finding.notChecked("customers", "the view does not fit"))
                        : guarded("customers", source::addresses));
        findings.addAll(history(service));
        return findings;
    }

    private List<Finding> history(Service service) {
        if (!migrated) {
            return List.of(Finding.notChecked("runs, inbox", "the database is not migrated"));
        }
        RunChecks runs = runChecks(service.jdbi());
        List<Finding> findings = new ArrayList<>(guarded("refresh signal", () -> List.of(runs.refreshSignal())));
        findings.addAll(guarded("runs", runs::runs));
        findings.addAll(guarded("refused customers", runs::rejected));
        findings.addAll(guarded("inbox", runs::inbox));
        findings.addAll(guarded("queue mode", () -> List.of(runs.queueMode())));
        findings.addAll(guarded("catch-up", () -> List.of(runs.catchUp())));
        return findings;
    }

    private RunChecks runChecks(Jdbi jdbi) {
        return new RunChecks(jdbi, installation.clock(), staleAfter);
    }

    /** By the owner's login where there is one: the service's may not exist yet. */
    private List<Finding> migration() {
        Optional<Admin> admin = installation.database().admin();
        Optional<Jdbi> login = admin.map(Admin::jdbi)
                .or(() -> installation
                        .database()
                        .service()
                        .filter(service -> database)
                        .map(Service::jdbi));
        if (login.isEmpty()) {
            return List.of();
        }
        return guarded("schema", () -> {
            try {
                Migration.check(login.get());
                migrated = true;
                return List.of(Finding.ok("schema", "up to date"));
            } catch (Migration.NotMigratedException e) {
                Finding behind = Finding.problem(
                        "schema",
                        String.valueOf(e.getMessage()),
                        "SUPABASE_ADMIN_DB_URL=… ./mautic-sync migrate, as the owner of the CRM's tables");
                return List.of(admin.map(owner -> behind.fixedBy(
                                new Fix("create or update the sync's tables, role and policies", owner.migrate())))
                        .orElse(behind));
            }
        });
    }

    private List<Finding> mauticSide() {
        if (installation.mautic().isEmpty()) {
            return List.of(Finding.notChecked("Mautic", "MAUTIC_URL or the credentials cannot be used"));
        }
        MauticSide side = installation.mautic().get();
        MauticChecks checks = new MauticChecks(side, installation.clock());
        List<Finding> greeting = guarded("Mautic", checks::greeting);
        List<Finding> findings = new ArrayList<>(greeting);
        if (greeting.stream().anyMatch(Finding::bad)) {
            findings.add(Finding.notChecked("fields, segments, webhook, bounces", "Mautic's API cannot be used"));
            return findings;
        }
        findings.addAll(guarded("linked contacts", () -> List.of(linked(side))));
        findings.addAll(definitions(side));
        findings.addAll(guarded("deliveries", () -> deliveries(side, checks)));
        findings.addAll(guarded("bounces", () -> List.of(checks.bounces())));
        return findings;
    }

    /** Whether the ids that are stored are this Mautic's. */
    private Finding linked(MauticSide side) {
        Optional<Service> service = installation.database().service().filter(one -> database && migrated);
        if (service.isEmpty()) {
            return Finding.notChecked("linked contacts", "needs the database");
        }
        return new InstanceCheck(service.get().jdbi(), side.client())
                .another()
                .map(
                        message -> Finding.problem(
                                "linked contacts",
                                message,
                                "the right MAUTIC_URL; or stop serve, and ./mautic-sync switch-instance if another Mautic is meant; see docs/concepts.md"))
                .orElse(Finding.ok("linked contacts", "nothing tells that this is another Mautic"));
    }

    /** What has to be defined in Mautic. */
    private List<Finding> definitions(MauticSide side) {
        Optional<Jdbi> jdbi =
                installation.database().service().filter(service -> database).map(Service::jdbi);
        List<Finding> findings = new ArrayList<>(guarded(
                "contact fields",
                () -> new FieldChecks(side.client().fields(), SourceChecks.choices(installation.mapping(), jdbi))
                        .findings(installation.mapping().fields().fields())));
        Map<String, SegmentLookup.Stored> stored =
                jdbi.filter(service -> migrated).map(SegmentLookup::stored).orElse(Map.of());
        findings.addAll(guarded(
                "segments",
                () -> new SegmentChecks(side.client(), stored)
                        .findings(installation.mapping().segments())));
        findings.addAll(guarded(
                "webhook", () -> new WebhookChecks(side.client().webhooks(), installation.webhook()).findings()));
        return findings;
    }

    private List<Finding> deliveries(MauticSide side, MauticChecks checks) {
        var webhooks = side.client().webhooks();
        var ours = new WebhookChecks(webhooks, installation.webhook()).ours(webhooks.all());
        if (ours.isEmpty() || !database || !migrated) {
            return List.of(Finding.notChecked("deliveries", "needs a webhook and the database"));
        }
        Optional<Instant> since = Optional.ofNullable(ours.get(0).added());
        Service service = installation.database().service().orElseThrow();
        return List.of(checks.deliveries(runChecks(service.jdbi()).lastDelivery(), since));
    }

    private static List<Finding> guarded(String subject, Callable<List<Finding>> check) {
        try {
            return check.call();
        } catch (MauticUnavailable e) {
            return List.of(Finding.down(subject, message(e), "look at Mautic and the network between"));
        } catch (MauticException e) {
            return List.of(Finding.problem(subject, message(e), ""));
        } catch (JdbiException e) {
            return List.of(Finding.problem(subject, "the database says: " + deepest(e), ""));
        } catch (Exception e) {
            return List.of(Finding.problem(subject, "could not be looked at: " + message(e), ""));
        }
    }

    private static String deepest(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null) {
            at = Objects.requireNonNull(at.getCause());
        }
        return message(at).lines().findFirst().orElse("");
    }

    private static String message(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
