package app.gigpigs.mauticsync.testing;

import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/** What a query answers, as text, for assertions. */
public final class Rows {
    private Rows() {}

    /** The first column of every row; null stays null. */
    public static List<String> of(Jdbi jdbi, String sql, Object... arguments) {
        return jdbi.withHandle(handle -> {
            Query query = handle.createQuery(sql);
            for (int i = 0; i < arguments.length; i++) {
                query.bind(i, arguments[i]);
            }
            return query.map((row, context) -> row.getString(1)).list();
        });
    }

    /** The only row. */
    public static String one(Jdbi jdbi, String sql, Object... arguments) {
        List<String> rows = of(jdbi, sql, arguments);
        if (rows.size() != 1) {
            throw new AssertionError(rows.size() + " rows instead of one: " + sql);
        }
        return rows.get(0);
    }
}
