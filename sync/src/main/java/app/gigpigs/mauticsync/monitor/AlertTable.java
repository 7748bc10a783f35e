package app.gigpigs.mauticsync.monitor;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/**
 * The table mautic_sync.alert: which problems somebody was told, one row a code. It is shared by all processes and survives
 * a restart, so that each change is told once. Thread-safe.
 */
final class AlertTable {
    private final Jdbi jdbi;

    AlertTable(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** These are the problems now, one a code. What was told and is no problem any more is over; what was not told is left out. */
    void update(List<Failure> problems) {
        String[] codes = problems.stream().map(problem -> problem.code().id()).toArray(String[]::new);
        String[] messages = problems.stream().map(Failure::message).toArray(String[]::new);
        jdbi.useTransaction(handle -> {
            handle.createUpdate("""
                            insert into mautic_sync.alert as a (code, message)
                            select p.code, p.message from unnest(:codes, :messages) as p (code, message)
                            on conflict (code) do update
                               set message = excluded.message,
                                   state = case when a.state = 'over' then 'told' else a.state end
                             where a.state = 'over' or a.message <> excluded.message
                            """)
                    .bind("codes", codes)
                    .bind("messages", messages)
                    .execute();
            handle.createUpdate(
                            "update mautic_sync.alert set state = 'over' where state = 'told' and code <> all(:codes)")
                    .bind("codes", codes)
                    .execute();
            handle.createUpdate("delete from mautic_sync.alert where state = 'open' and code <> all(:codes)")
                    .bind("codes", codes)
                    .execute();
        });
    }

    /** What somebody has to be told. It is taken for a minute, in which no other process takes it. */
    List<Alert> take() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        update mautic_sync.alert a set taken_until = now() + interval '1 minute'
                         where a.state in ('open', 'over') and (a.taken_until is null or a.taken_until <= now())
                        returning a.code, a.message, a.state, a.since
                        """)
                .map((row, context) -> new Alert(
                        row.getString("state").equals("open") ? Alert.Change.BEGAN : Alert.Change.ENDED,
                        new Failure(
                                ErrorCode.of(row.getString("code")).orElse(ErrorCode.DEFECT), row.getString("message")),
                        row.getObject("since", OffsetDateTime.class).toInstant()))
                .list());
    }

    /** Somebody was told. */
    void told(Alert alert) {
        String code = alert.failure().code().id();
        jdbi.useTransaction(handle -> {
            if (alert.change() == Alert.Change.BEGAN) {
                handle.execute(
                        "update mautic_sync.alert set state = 'told', taken_until = null where code = ? and state = 'open'",
                        code);
            } else {
                handle.execute("delete from mautic_sync.alert where code = ? and state = 'over'", code);
            }
        });
    }

    /** Nobody could be told: it may be taken again. */
    void failed(Alert alert) {
        jdbi.useHandle(handle -> handle.execute(
                "update mautic_sync.alert set taken_until = null where code = ?",
                alert.failure().code().id()));
    }
}
