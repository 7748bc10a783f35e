package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.consent.ledger.HashKeyStore;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.mautic.Waiting;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.runs.StopRequest;
import app.gigpigs.mauticsync.runs.Waits;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Jdbi;

/**
 * Both sides, and what every journey shares. Opened once a command and closed in reverse. Time, waiting and randomness
 * come in here.
 */
public final class Connections implements AutoCloseable {
    /** A worker needs one only between calls to Mautic, the lease now and then; the role is limited to 15 in all. */
    private static final int BOTH_SIDES = 6;
    /** For commands that use the database alone. */
    private static final int DATABASE_ALONE = 2;

    private final Config.Sync config;
    private final Database database;
    private final Waits waits;
    private final Mautic mautic;
    private final StopRequest stop;

    private Connections(Config.Sync config, Database database, StopRequest stop) {
        this.config = config;
        this.database = database;
        this.stop = stop;
        this.waits = new Waits(database.jdbi(), stop.sleeper(), InstantSource.system());
        this.mautic = mautic(config.mautic(), waits);
    }

    /** For a command: a database that is down is told at once. */
    public static Connections connect(Config.Sync config) {
        return checked(new Connections(config, Database.connect(config.database(), BOTH_SIDES), new StopRequest()));
    }

    /** The same for a command that ends after the work in hand when it is asked to. */
    public static Connections connect(Config.Sync config, StopRequest stop) {
        return checked(new Connections(config, Database.connect(config.database(), BOTH_SIDES), stop.watched()));
    }

    /** For a process that stays: it waits for a database that starts a little later. */
    static Connections open(Config.Sync config, StopRequest stop) {
        return checked(new Connections(config, Database.open(config.database(), BOTH_SIDES), stop.watched()));
    }

    private static Connections checked(Connections both) {
        try {
            Migration.check(both.jdbi());
            both.jdbi().useHandle(new HashKeyStore(both.hashKey())::check);
            return both;
        } catch (RuntimeException e) {
            both.close();
            throw e;
        }
    }

    /** The database alone. */
    public static Database database(DatabaseUrl service) {
        Database database = Database.connect(service, DATABASE_ALONE);
        try {
            Migration.check(database.jdbi());
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    static Mautic mautic(MauticSettings settings) {
        return mautic(settings, Sleeper.onThread());
    }

    private static Mautic mautic(MauticSettings settings, Sleeper sleeper) {
        Waiting waiting = new Waiting() {
            @Override
            public void pause(Duration time, String why) {
                sleeper.of(withJitter(time), why);
            }

            @Override
            public Runnable begins(Duration atMost, String why) {
                return sleeper.begins(atMost, why);
            }
        };
        return new Mautic(settings, waiting, InstantSource.system());
    }

    private static Duration withJitter(Duration time) {
        return Duration.ofMillis(
                (long) (time.toMillis() * ThreadLocalRandom.current().nextDouble(0.5, 1.5)));
    }

    Config.Sync config() {
        return config;
    }

    Database opened() {
        return database;
    }

    Jdbi jdbi() {
        return database.jdbi();
    }

    Mautic mautic() {
        return mautic;
    }

    Mapping mapping() {
        return config.outbound().mapping();
    }

    CrmNames crm() {
        return mapping().crm();
    }

    Optional<HashKey> hashKey() {
        return config.outbound().consent().key();
    }

    ErasureRegister erasures() {
        return new ErasureRegister(hashKey());
    }

    InstantSource clock() {
        return InstantSource.system();
    }

    Sleeper sleeper() {
        return waits;
    }

    StopRequest stop() {
        return stop;
    }

    /** Thread-safe: ThreadLocalRandom must be asked for anew on every thread. */
    RandomGenerator random() {
        return () -> ThreadLocalRandom.current().nextLong();
    }

    @Override
    public void close() {
        mautic.close();
        database.close();
    }
}
