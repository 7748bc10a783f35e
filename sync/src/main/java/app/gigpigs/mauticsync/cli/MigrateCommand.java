package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.SetupWiring;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.db.Migration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description =
                "Creates or updates the sync's tables, views, role and policies in the database, and adds two columns to the CRM's table of e-mail addresses, and triggers to that table and the table of customers. It may be repeated.",
        footer = {
            "",
            "Example: SUPABASE_ADMIN_DB_URL=postgres://postgres:password@host:5432/postgres ./mautic-sync migrate"
        })
final class MigrateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--print-sql", description = "Print the SQL for an SQL editor, and change nothing.")
    private boolean printSql;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        Config config = new Config(Terminal.of(spec).environment());
        if (printSql) {
            out.println(Migration.sql(config.crm()));
            return ExitCode.DONE;
        }
        if (json) {
            SetupWiring.Migrated migrated = SetupWiring.migrate(config.admin(), config.crm());
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("applied", migrated.applied());
            fields.put("withoutTriggers", migrated.withoutTriggers());
            new Output(spec).json(fields);
            return ExitCode.DONE;
        }
        SetupWiring.Migrated migrated = SetupWiring.migrate(config.admin(), config.crm());
        out.println(
                migrated.applied() == 0
                        ? "The schema was up to date; grants renewed."
                        : "Migrations applied: " + migrated.applied() + ".");
        if (!migrated.withoutTriggers().isEmpty()) {
            out.println("No trigger could be made on " + String.join(", ", migrated.withoutTriggers())
                    + ": opt-outs there reach Mautic with the next run. Run migrate as the owner of these tables.");
        }
        out.println("Give the service's role a password of its own, once, and use it in SUPABASE_DB_URL:");
        out.println("  alter role mautic_sync_service password '<a long random password>';");
        return ExitCode.DONE;
    }
}
