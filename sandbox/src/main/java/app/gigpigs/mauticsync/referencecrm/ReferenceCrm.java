package app.gigpigs.mauticsync.referencecrm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;

/** Creates, fills and changes the reference CRM. The work is done by the SQL in the folder reference-crm. */
public final class ReferenceCrm {
    private final DataSource admin;

    /** Uses the owner's login. */
    public ReferenceCrm(DataSource admin) {
        this.admin = admin;
    }

    /** Creates the tables, the view and the seeder's functions, where they are missing. */
    public void create() {
        inTransaction(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(resource("schema.sql"));
                return statement.execute(resource("seed.sql"));
            }
        });
    }

    /**
     * Fills empty tables; the same arguments give the same rows.
     *
     * @return the number of customers for each edge case
     * @throws IllegalStateException when there are customers already
     */
    public Map<String, Integer> fill(int customers, long seed) {
        inTransaction(connection -> {
            try (PreparedStatement fill = connection.prepareStatement("select reference_crm.fill(?, ?)")) {
                fill.setInt(1, customers);
                fill.setLong(2, seed);
                return fill.execute();
            }
        });
        inTransaction(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute(
                        "analyze public.customer_profiles, public.customer_emails, public.customer_metrics");
            }
        });
        return edgeCases(customers);
    }

    /**
     * Changes that share of the customers, each in at least one column of the view.
     *
     * @return how many
     */
    public int change(BigDecimal percent, long seed) {
        return inTransaction(connection -> {
            try (PreparedStatement change = connection.prepareStatement("select reference_crm.change(?, ?)")) {
                change.setBigDecimal(1, percent);
                change.setLong(2, seed);
                try (ResultSet changed = change.executeQuery()) {
                    changed.next();
                    return changed.getInt(1);
                }
            }
        });
    }

    private Map<String, Integer> edgeCases(int customers) {
        return inTransaction(connection -> {
            String sql =
                    "select what, count(*) from reference_crm.edge_case join generate_series(1, ?) i on i % 500 = slot group by what order by min(slot)";
            try (PreparedStatement count = connection.prepareStatement(sql)) {
                count.setInt(1, customers);
                Map<String, Integer> counts = new LinkedHashMap<>();
                try (ResultSet rows = count.executeQuery()) {
                    while (rows.next()) {
                        counts.put(rows.getString(1), rows.getInt(2));
                    }
                }
                return counts;
            }
        });
    }

    private <T> T inTransaction(Work<T> work) {
        try (Connection connection = admin.getConnection()) {
            connection.setAutoCommit(false);
            T result = work.on(connection);
            connection.commit();
            return result;
        } catch (SQLException e) {
            throw new IllegalStateException("the reference CRM: " + e.getMessage(), e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = ReferenceCrm.class.getClassLoader().getResourceAsStream("reference-crm/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }
}
