package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.setup.check.ConnectionChecks;
import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.setup.check.Finding.Level;
import app.gigpigs.mauticsync.setup.check.Fix;
import app.gigpigs.mauticsync.setup.check.HashKeyCheck;
import app.gigpigs.mauticsync.setup.check.InboxChecks;
import app.gigpigs.mauticsync.setup.check.Installation;
import app.gigpigs.mauticsync.setup.check.Installation.Admin;
import app.gigpigs.mauticsync.setup.check.Installation.Service;
import app.gigpigs.mauticsync.setup.check.RoleChecks;
import app.gigpigs.mauticsync.setup.check.RunChecks;
import app.gigpigs.mauticsync.setup.check.SourceChecks;
import app.gigpigs.mauticsync.setup.check.TriggerChecks;
import app.gigpigs.mauticsync.setup.check.WriteTrialChecks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** The checks of the CRM's database. They remember whether it answers and is migrated, for the checks of Mautic. */
final class DatabaseDiagnosis {
    private final Installation installation;
    private final Duration staleAfter;
    private boolean reachable;
    private boolean migrated;

    DatabaseDiagnosis(Installation installation, Duration staleAfter) {
        this.installation = installation;
        this.staleAfter = staleAfter;
    }

    /** The sync's own login, where it is configured and works. */
    Optional<Jdbi> reachable() {
        return installation.database().service().filter(service -> reachable).map(Service::jdbi);
    }

    /** The same, where the sync's tables are up to date, too. */
    Optional<Jdbi> migrated() {
        return reachable().filter(jdbi -> migrated);
    }

    /** What {@code setup} needs: the connection and the schema. */
    List<Finding> foundations() {
        List<Finding> findings = new ArrayList<>();
        installation.database().service().ifPresent(service -> findings.add(connection(service)));
        findings.addAll(schema());
        migrated()
                .ifPresent(jdbi -> findings.addAll(GuardedCheck.run(
                        "hash key",
                        () -> List.of(
                                new HashKeyCheck(jdbi, installation.database().hashKey()).check()))));
        return findings;
    }

    List<Finding> all() {
        List<Finding> findings = new ArrayList<>(foundations());
        Optional<Service> login = installation.database().service();
        if (login.isEmpty()) {
            findings.add(Finding.notChecked("database", "SUPABASE_DB_URL cannot be used"));
        } else if (!reachable) {
            findings.add(Finding.notChecked("view, role, rights, runs, inbox", "the database does not answer"));
        } else {
            findings.addAll(login(login.get()));
            findings.addAll(source(login.get().jdbi()));
            findings.addAll(history(login.get().jdbi()));
        }
        return findings;
    }

    private Finding connection(Service service) {
        Finding connection = ConnectionChecks.reachable(service.url());
        reachable = connection.level() == Level.OK;
        return connection;
    }

    /** By the owner's login where there is one: the sync's own may not exist yet. */
    private List<Finding> schema() {
        Optional<Admin> admin = installation.database().admin();
        Optional<Jdbi> login = admin.map(Admin::jdbi).or(this::reachable);
        return login.isEmpty() ? List.of() : GuardedCheck.run("schema", () -> schema(login.get(), admin));
    }

    private List<Finding> schema(Jdbi jdbi, Optional<Admin> admin) {
        try {
            Migration.check(jdbi);
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
    }

    private List<Finding> login(Service service) {
        RoleChecks role = new RoleChecks(service.jdbi(), installation.mapping().crm());
        List<Finding> findings = new ArrayList<>(
                GuardedCheck.run("connection", () -> ConnectionChecks.connection(service.url(), service.database())));
        findings.addAll(GuardedCheck.run("role", () -> List.of(role.role())));
        List<Finding> rights = GuardedCheck.run("rights", role::grants);
        findings.addAll(rights);
        if (rights.stream().anyMatch(Finding::bad)) {
            findings.add(Finding.notChecked("changes", "rights are missing"));
        } else {
            WriteTrialChecks trial =
                    new WriteTrialChecks(service.jdbi(), installation.mapping().crm());
            findings.addAll(GuardedCheck.run("changes", trial::changes));
        }
        findings.addAll(GuardedCheck.run("row level security", role::hiddenRows));
        return findings;
    }

    private List<Finding> source(Jdbi jdbi) {
        SourceChecks source = new SourceChecks(jdbi, installation.mapping());
        List<Finding> view = GuardedCheck.run("view", source::view);
        List<Finding> findings = new ArrayList<>(view);
        if (view.stream().anyMatch(Finding::bad)) {
            findings.add(Finding.notChecked("customers", "the view has problems"));
        } else {
            findings.addAll(GuardedCheck.run("customers", source::addresses));
        }
        return findings;
    }

    private List<Finding> history(Jdbi jdbi) {
        if (!migrated) {
            return List.of(Finding.notChecked("triggers, runs, inbox", "the database is not migrated"));
        }
        RunChecks runs = new RunChecks(jdbi, installation.clock(), staleAfter);
        InboxChecks inbox = new InboxChecks(jdbi, installation.clock(), staleAfter);
        List<Finding> findings =
                new ArrayList<>(GuardedCheck.run("refresh signal", () -> List.of(runs.refreshSignal())));
        findings.addAll(GuardedCheck.run(
                "triggers", new TriggerChecks(jdbi, installation.mapping().crm())::triggers));
        findings.addAll(GuardedCheck.run("runs", runs::runs));
        findings.addAll(GuardedCheck.run("rejected customers", runs::rejected));
        findings.addAll(GuardedCheck.run("inbox", inbox::inbox));
        findings.addAll(GuardedCheck.run("queue mode", () -> List.of(inbox.queueMode())));
        findings.addAll(GuardedCheck.run("catch-up", () -> List.of(inbox.catchUp())));
        return findings;
    }
}
