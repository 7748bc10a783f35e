package app.gigpigs.mauticsync.db;

import app.gigpigs.mauticsync.crm.CustomerIdType;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.micrometer.core.instrument.Metrics;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;

/**
 * A small connection pool on one Postgres database, safe behind a transaction pooler: no session state is ever set,
 * and prepared statements stay unnamed, because a pooler hands the next statement to another backend (seen with
 * pgbouncer: "prepared statement S_1 already exists"). Thread-safe; closing it closes the connections.
 */
public final class Database implements AutoCloseable {
    private static final String POOL = "mautic-sync";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** For a process that tries again by itself, and must end soon when it is asked to. */
    private static final Duration SHORT_WAIT = Duration.ofSeconds(5);
    /** Above the service role's statement_timeout of 5 minutes, so that the server speaks first. */
    private static final Duration SOCKET_TIMEOUT = Duration.ofMinutes(6);

    /** What the driver would log to standard error by itself is thrown as well, and told once. */
    private static final Logger DRIVER = Logger.getLogger("org.postgresql");

    static {
        DRIVER.setLevel(Level.OFF);
    }

    private final HikariDataSource pool;
    private final Jdbi jdbi;

    private Database(HikariDataSource pool) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool).installPlugin(new PostgresPlugin()).installPlugin(new CustomerIdType());
    }

    /** Opens a pool of at most {@code connections}; nothing is connected before the first use, which waits if it must. */
    public static Database open(DatabaseUrl url, int connections) {
        HikariConfig config = config(url, connections);
        config.setConnectionTimeout(SHORT_WAIT.toMillis());
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        return new Database(new HikariDataSource(config));
    }

    /**
     * Opens a pool that is connected already, for somebody who waits in front of it: a database that is down is said
     * at once, and not after the time that a process which stays would wait for it.
     *
     * @throws ConnectionException with what the server or the network said
     */
    public static Database connect(DatabaseUrl url, int connections) {
        HikariConfig config = config(url, connections);
        config.setMinimumIdle(1);
        config.setInitializationFailTimeout(1);
        try {
            return new Database(new HikariDataSource(config));
        } catch (HikariPool.PoolInitializationException e) {
            throw new ConnectionException(e.getCause());
        }
    }

    /**
     * Opens a pool for a caller that must not wait long: a statement without an answer in this time fails; its outcome is unknown.
     *
     * @param timeout for a connection, and again for each answer; whole seconds
     */
    public static Database shortTimeout(DatabaseUrl url, int connections, Duration timeout) {
        HikariConfig config = config(url, connections);
        config.addDataSourceProperty("connectTimeout", String.valueOf(timeout.toSeconds()));
        config.addDataSourceProperty("socketTimeout", String.valueOf(timeout.toSeconds()));
        config.setConnectionTimeout(timeout.toMillis());
        config.setPoolName(POOL + "-deliveries");
        config.setMinimumIdle(1);
        config.setInitializationFailTimeout(-1);
        return new Database(new HikariDataSource(config));
    }

    private static HikariConfig config(DatabaseUrl url, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url.jdbc());
        if (url.user() != null) {
            config.setUsername(url.user());
        }
        if (url.password() != null) {
            config.setPassword(url.password());
        }
        config.addDataSourceProperty("prepareThreshold", "0");
        config.addDataSourceProperty("ApplicationName", "mautic-sync");
        config.addDataSourceProperty("connectTimeout", String.valueOf(CONNECT_TIMEOUT.toSeconds()));
        config.addDataSourceProperty("socketTimeout", String.valueOf(SOCKET_TIMEOUT.toSeconds()));
        config.addDataSourceProperty("tcpKeepAlive", "true");
        // The detail of an error contains the rejected row, with all personal data in it.
        config.addDataSourceProperty("logServerErrorDetail", "false");
        config.setPoolName(POOL);
        config.setMetricRegistry(Metrics.globalRegistry);
        config.setMaximumPoolSize(connections);
        config.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
        config.setMaxLifetime(Duration.ofMinutes(20).toMillis());
        return config;
    }

    /**
     * Connects once, without the pool's repetitions, so that the server's error is known at once.
     *
     * @return what the server or the network said, or empty when there is a connection
     */
    public static Optional<SQLException> rejection(DatabaseUrl url) {
        Properties login = new Properties();
        if (url.user() != null) {
            login.setProperty("user", url.user());
        }
        if (url.password() != null) {
            login.setProperty("password", url.password());
        }
        login.setProperty("connectTimeout", String.valueOf(CONNECT_TIMEOUT.toSeconds()));
        login.setProperty("loginTimeout", String.valueOf(CONNECT_TIMEOUT.toSeconds()));
        try (Connection connection = DriverManager.getConnection(url.jdbc(), login)) {
            return connection.isValid(0) ? Optional.empty() : Optional.of(new SQLException("the connection broke"));
        } catch (SQLException e) {
            return Optional.of(e);
        }
    }

    /** The entry point for statements; each call takes a connection and gives it back. */
    public Jdbi jdbi() {
        return jdbi;
    }

    /** For libraries that want plain JDBC. */
    public DataSource dataSource() {
        return pool;
    }

    @Override
    public void close() {
        pool.close();
    }
}
