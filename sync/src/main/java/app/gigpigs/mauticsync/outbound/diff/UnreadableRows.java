package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.RowRejection;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.Mapping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Finds the customers for whom the view itself fails, such as by a division by zero: one of them makes every statement over
 * the whole view fail, and would stop everybody's sync.
 */
final class UnreadableRows {
    /** With more of them the view is broken, not some rows. */
    private static final int MOST = 100;

    private final Jdbi jdbi;
    private final CustomerSql sql;
    private final Mapping mapping;

    UnreadableRows(Jdbi jdbi, Mapping mapping) {
        this.jdbi = jdbi;
        this.sql = new CustomerSql(mapping);
        this.mapping = mapping;
    }

    /**
     * Reads the view by halves.
     *
     * @param failed what reading all of it failed with
     * @throws JdbiException that failure, when it is not about some rows
     */
    Map<CustomerId, Failure> find(JdbiException failed) {
        if (RowRejection.of(failed).isEmpty()) {
            throw failed;
        }
        Map<CustomerId, Failure> found = new LinkedHashMap<>();
        if (!search(ids(), found)) {
            throw failed;
        }
        return found;
    }

    /** Without the columns that may fail. */
    private List<CustomerId> ids() {
        return jdbi.withHandle(
                handle -> sql.define(handle.createQuery("select distinct <id> as id from <view> v order by 1"))
                        .map((row, context) -> new CustomerId(row.getString("id")))
                        .list());
    }

    /** Returns false when there are too many. */
    private boolean search(List<CustomerId> some, Map<CustomerId, Failure> found) {
        try {
            read(some);
            return true;
        } catch (JdbiException e) {
            String state = RowRejection.of(e).orElseThrow(() -> e);
            if (some.size() == 1) {
                found.put(some.get(0), failure(some.get(0), state));
                return found.size() <= MOST;
            }
        }
        int middle = some.size() / 2;
        return search(some.subList(0, middle), found) && search(some.subList(middle, some.size()), found);
    }

    private void read(List<CustomerId> some) {
        jdbi.useHandle(handle -> sql.define(
                        handle.createQuery(
                                "select count(<hash>) + count(<email_key>) + count(<opt_in>) from <view> v where <id> = any(:ids)"))
                .bind("ids", some.toArray(CustomerId[]::new))
                .mapTo(Long.class)
                .one());
    }

    /** Not Postgres' message: it quotes values, and values are personal data. */
    private Failure failure(CustomerId customer, String state) {
        return new Failure(
                ErrorCode.CUSTOMER_UNREADABLE,
                mapping.crm().view() + " fails for this customer, SQLSTATE " + state + "; see select * from "
                        + mapping.crm().view() + " where "
                        + mapping.fields().column(FieldMap.SUPABASE_ID) + " = '" + customer
                        + "'");
    }
}
