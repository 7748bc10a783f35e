package app.gigpigs.mauticsync.runs;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The runs so far; read from public.mautic_sync_logs. */
public final class RunHistory {
    private final Jdbi jdbi;

    /** Reads the given database. */
    public RunHistory(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** The last runs, the latest first. */
    public List<Run> last(int most) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select id, run_started_at, run_finished_at, status, triggered_by, contacts_synced,
                               contacts_failed, error_details ->> 'error' as error,
                               error_details ->> 'errorCode' as error_code
                          from public.mautic_sync_logs where kind = 'outbound'
                         order by run_started_at desc, id limit :most
                        """)
                .bind("most", most)
                .map((row, context) -> new Run(
                        row.getObject("id", UUID.class),
                        row.getObject("run_started_at", OffsetDateTime.class).toInstant(),
                        instant(row.getObject("run_finished_at", OffsetDateTime.class)),
                        new Ending(row.getString("status"), row.getString("triggered_by"), failure(row)),
                        new Pushed(row.getInt("contacts_synced"), row.getInt("contacts_failed"))))
                .list());
    }

    /** The last run that is over. */
    public Optional<Run> lastEnded() {
        return last(2).stream().filter(run -> run.finished() != null).findFirst();
    }

    /** How many runs ended since the last good one. One that was stopped on request does not count. */
    public int failuresInRow() {
        return jdbi.withHandle(
                handle -> handle.createQuery("""
                        select count(*)::int from public.mautic_sync_logs
                         where kind = 'outbound' and status not in ('running', 'done', 'stopped')
                           and run_started_at > coalesce((select max(run_started_at) from public.mautic_sync_logs
                                                           where kind = 'outbound' and status = 'done'), '-infinity')
                        """).mapTo(Integer.class).one());
    }

    /** Why the last catch-up after this time did not go through. */
    public Optional<Failure> catchUpFailure(Instant after) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select error_details ->> 'error' as error, error_details ->> 'errorCode' as error_code
                          from public.mautic_sync_logs
                         where kind = 'catch_up' and status = 'failed' and run_finished_at > :after
                         order by run_started_at desc limit 1
                        """)
                .bind("after", after.atOffset(ZoneOffset.UTC))
                .map((row, context) -> Optional.ofNullable(failure(row)))
                .findOne()
                .flatMap(Function.identity()));
    }

    /** When the last run that went through ended; empty when none ever did. */
    public Optional<Instant> lastGood() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select max(run_finished_at) as at from public.mautic_sync_logs
                         where kind = 'outbound' and status = 'done'
                        """)
                .map((row, context) -> Optional.ofNullable(instant(row.getObject("at", OffsetDateTime.class))))
                .one());
    }

    /**
     * The run whose id begins like this.
     *
     * @return empty when there is none, or more than one
     */
    public Optional<UUID> find(String beginning) {
        List<UUID> found = jdbi.withHandle(handle -> handle.createQuery(
                        "select id from public.mautic_sync_logs where starts_with(id::text, lower(:beginning)) limit 2")
                .bind("beginning", beginning)
                .mapTo(UUID.class)
                .list());
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private static @Nullable Failure failure(ResultSet row) throws SQLException {
        String message = row.getString("error");
        return message == null
                ? null
                : new Failure(ErrorCode.of(row.getString("error_code")).orElse(ErrorCode.DEFECT), message);
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    /** One run; not finished as long as it goes on. */
    public record Run(UUID id, Instant started, @Nullable Instant finished, Ending ending, Pushed pushed) {}

    /**
     * How it ended.
     *
     * @param status running, done, failed, skipped, stopped, died or limit_exceeded
     * @param triggeredBy command, schedule or refresh
     * @param failure why it did not go through, or null
     */
    public record Ending(
            String status, String triggeredBy, @Nullable Failure failure) {}

    /** What it pushed. */
    public record Pushed(int synced, int rejected) {}
}
