package app.gigpigs.mauticsync.runs;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import java.time.Duration;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The table public.mautic_sync_logs: one row a run, however it ended. Thread-safe. */
public final class RunLog {
    private final Jdbi jdbi;

    /** Writes to the given database. */
    public RunLog(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Opens a row. The caller holds the lease, so any row still called running belongs to a run that died.
     *
     * @param triggeredBy who asked for it: command, schedule or refresh
     * @return the run's id
     */
    public UUID start(String triggeredBy) {
        return jdbi.inTransaction(handle -> {
            handle.createUpdate("""
                            update public.mautic_sync_logs
                               set status = 'died', run_finished_at = now(),
                           error_details = jsonb_build_object('error', 'the process ended before the run did', 'errorCode', :died)
                     where status = 'running' and kind = 'outbound'
                    """).bind("died", ErrorCode.RUN_DIED.id()).execute();
            return handle.createQuery("""
                            insert into public.mautic_sync_logs (run_started_at, kind, status, triggered_by)
                            values (now(), 'outbound', 'running', :triggered_by) returning id
                            """)
                    .bind("triggered_by", triggeredBy)
                    .mapTo(UUID.class)
                    .one();
        });
    }

    /**
     * Closes the row.
     *
     * @param details rejections, warnings and the error as JSON; null when there are none
     */
    public void finish(UUID run, Status status, RunCounts counts, long requests, @Nullable String details) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        update public.mautic_sync_logs
                           set run_finished_at = now(), status = :status, error_details = cast(:details as jsonb),
                               contacts_synced = :synced, contacts_failed = :rejected, segments_synced = :segments,
                               contacts_created = :created, contacts_updated = :updated, contacts_matched = :matched,
                               contacts_unchanged = :unchanged, contacts_skipped = :skipped,
                               warnings = :warnings, requests = :requests
                         where id = :id and status = 'running'
                        """)
                .bindMethods(counts)
                .bind("status", status.sql())
                .bind("details", details)
                .bind("segments", counts.segmentsAdded() + counts.segmentsRemoved())
                .bind("requests", requests)
                .bind("id", run)
                .execute());
    }

    /** What a run that goes on has done so far. */
    public void soFar(UUID run, RunCounts counts) {
        jdbi.useHandle(handle ->
                handle.createUpdate("""
                        update public.mautic_sync_logs
                           set contacts_synced = :synced, contacts_failed = :rejected, contacts_created = :created,
                               contacts_updated = :updated, contacts_matched = :matched
                         where id = :id and status = 'running'
                        """).bindMethods(counts).bind("id", run).execute());
    }

    /**
     * Notes a catch-up that has ended.
     *
     * @param details its report, as JSON
     * @param failure why it stopped; null when it did not
     */
    public void caughtUp(Duration took, String triggeredBy, Status status, String details, @Nullable Failure failure) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        insert into public.mautic_sync_logs
                          (run_started_at, run_finished_at, kind, status, triggered_by, details, error_details)
                        values (now() - make_interval(secs => :took), now(), 'catch_up', :status, :triggered_by,
                                cast(:details as jsonb),
                                case when cast(:error as text) is null then null
                                     else jsonb_build_object('error', cast(:error as text), 'errorCode', :code) end)
                        """)
                .bind("took", took.toSeconds())
                .bind("status", status.sql())
                .bind("triggered_by", triggeredBy)
                .bind("details", details)
                .bind("error", failure == null ? null : failure.message())
                .bind("code", failure == null ? "" : failure.code().id())
                .execute());
    }

    /**
     * Replaces in all error messages what the pattern matches.
     *
     * @return how many rows were changed
     */
    public static int redact(Handle handle, String pattern, String replacement) {
        return handle.createUpdate("""
                        update public.mautic_sync_logs t
                           set error_details = cast(regexp_replace(t.error_details::text, :pattern, :replacement, 'g') as jsonb)
                         where t.error_details::text ~ :pattern
                        """)
                .bind("pattern", pattern)
                .bind("replacement", replacement)
                .execute();
    }

    /**
     * Deletes at most this many rows that are older than this. The last good run of each kind stays, and a run that can be
     * undone.
     *
     * @return how many
     */
    public static int prune(Handle handle, Duration keep, int most) {
        return handle.createUpdate("""
                        delete from public.mautic_sync_logs l
                         using (select id from public.mautic_sync_logs o
                                 where o.run_started_at < now() - make_interval(secs => :keep) and o.status <> 'running'
                                   and not exists (select from mautic_sync.overwritten_values v where v.run_id = o.id)
                                   and (o.status <> 'done'
                                        or exists (select from public.mautic_sync_logs newer
                                                    where newer.kind = o.kind and newer.status = 'done'
                                                      and newer.run_started_at > o.run_started_at))
                                 order by o.run_started_at limit :most) old
                         where l.id = old.id
                        """)
                .bind("keep", (double) keep.toSeconds())
                .bind("most", most)
                .execute();
    }

    /** How a run ended. */
    public enum Status {
        /** It went through; single customers may have been rejected. */
        DONE,
        /** It could not go on. */
        FAILED,
        /** Mautic could not be reached, so nothing was tried. */
        SKIPPED,
        /** Its process was asked to stop; the next run goes on. */
        STOPPED,
        /** It would have changed more customers than the safety limit allows, and stopped. */
        LIMIT_EXCEEDED;

        /** As it is stored. */
        public String sql() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
