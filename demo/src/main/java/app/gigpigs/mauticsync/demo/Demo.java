package app.gigpigs.mauticsync.demo;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.mautic.Credentials;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.referencecrm.ReferenceCrm;
import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * A Postgres and a simulated Mautic of its own, in a fresh folder that is deleted afterwards: the real journey runs three
 * times, and every contact is compared with its customer.
 */
public final class Demo implements AutoCloseable {
    private static final long SEED = 1;
    private static final BigDecimal ONE_PERCENT = BigDecimal.ONE;

    private final EmbeddedPostgres postgres;
    private final MauticSimulator mautic;
    private final Consumer<String> say;

    private Demo(EmbeddedPostgres postgres, MauticSimulator mautic, Consumer<String> say) {
        this.postgres = postgres;
        this.mautic = mautic;
        this.say = say;
    }

    /**
     * Starts both.
     *
     * @param say where progress is told, line by line
     */
    public static Demo start(Consumer<String> say) {
        say.accept("starting a Postgres of its own, and a simulated Mautic");
        try {
            // The library switches durability off for tests; the demo shows the program as it is in real life.
            EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .start();
            return new Demo(postgres, MauticSimulator.start(SimulatorSettings.defaults()), say);
        } catch (IOException e) {
            throw new UncheckedIOException("Postgres did not start: " + e.getMessage(), e);
        }
    }

    /**
     * Fills the CRM, runs three times, and compares.
     *
     * @param sync runs the outbound journey once
     */
    public Result run(int customers, BiFunction<DatabaseUrl, MauticSettings, RunResult> sync) {
        DatabaseUrl owner = new DatabaseUrl(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
        try (Database database = Database.open(owner, 4)) {
            ReferenceCrm crm = new ReferenceCrm(database.dataSource());
            crm.create();
            Map<String, Integer> edgeCases = crm.fill(customers, SEED);
            new Migration(database.dataSource(), CrmNames.DEFAULT).run();
            say.accept("the CRM has " + customers + " customers, among them " + edgeCases);

            say.accept("first run: everybody is new");
            RunResult first = sync.apply(service(), connection());
            say.accept("second run: nothing has changed");
            RunResult second = sync.apply(service(), connection());
            int changed = crm.change(ONE_PERCENT, SEED);
            say.accept("third run: " + changed + " customers have changed");
            RunResult third = sync.apply(service(), connection());

            Comparison comparison = Comparison.of(database.jdbi(), mautic);
            comparison.differences().stream().limit(20).forEach(say);
            return new Result(
                    customers,
                    changed,
                    List.of(first, second, third),
                    comparison.compared(),
                    comparison.differences().size());
        }
    }

    /** The service's own login: the demo runs with no more rights than the service has. */
    private DatabaseUrl service() {
        return new DatabaseUrl(
                postgres.getJdbcUrl("mautic_sync_service", "postgres"), "mautic_sync_service", "trusted-locally");
    }

    /** How to reach the simulated Mautic. */
    private MauticSettings connection() {
        SimulatorSettings settings = SimulatorSettings.defaults();
        return new MauticSettings(
                mautic.baseUri(),
                new Credentials.Client(settings.clientId(), settings.clientSecret()),
                Duration.ofMinutes(2));
    }

    /** The environment with which the other commands reach the demo's database and Mautic. */
    public Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("SUPABASE_DB_URL", service().jdbc());
        environment.put("MAUTIC_URL", connection().url().toString());
        environment.put("MAUTIC_CLIENT_ID", SimulatorSettings.defaults().clientId());
        environment.put("MAUTIC_CLIENT_SECRET", SimulatorSettings.defaults().clientSecret());
        return environment;
    }

    /** The results of the three runs and of the comparison. */
    public record Result(int customers, int changed, List<RunResult> runs, int compared, int mismatches) {}

    @Override
    public void close() {
        mautic.close();
        try {
            postgres.close();
        } catch (IOException e) {
            say.accept("the demo's Postgres did not stop cleanly: " + e.getMessage());
        }
    }
}
