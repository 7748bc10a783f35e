package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.RowRejection;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Whether the CRM accepts the changes that events make. Rights are not enough: triggers and constraints can reject a
 * change, too, and a trigger has only the sync's rights unless it is a security definer. All changes are rolled back.
 */
public final class WriteTrialChecks {
    private static final Set<ErrorCode> NOTHING_IS_STORED =
            Set.of(ErrorCode.DATABASE_READ_ONLY, ErrorCode.DATABASE_FULL);

    private final Jdbi jdbi;
    private final CrmNames crm;

    public WriteTrialChecks(Jdbi jdbi, CrmNames crm) {
        this.jdbi = jdbi;
        this.crm = crm;
    }

    /** One change of one row each, rolled back. */
    public List<Finding> changes() {
        List<Finding> findings = new ArrayList<>();
        CrmNames.Profiles profiles = crm.profiles();
        String optIn = ColumnName.quoted(profiles.optIn());
        rejected(
                """
                update %1$s set %2$s = false
                 where %3$s = (select p.%3$s from %1$s p where p.%2$s is distinct from false
                                limit 1 for no key update skip locked)
                """.formatted(profiles.table().sql(), optIn, ColumnName.quoted(profiles.id())),
                profiles.table() + "." + profiles.optIn(),
                findings);
        CrmNames.Emails emails = crm.emails();
        rejected(
                """
                update %1$s set %2$s = coalesce(%2$s, 0) + 1, %3$s = false
                 where %4$s = (select e.%4$s from %1$s e limit 1 for no key update skip locked)
                """.formatted(
                                emails.table().sql(),
                                ColumnName.quoted(emails.bounces()),
                                ColumnName.quoted(emails.valid()),
                                ColumnName.quoted(emails.email())),
                emails.table() + "." + emails.bounces(),
                findings);
        return findings.isEmpty()
                ? List.of(Finding.ok("changes", "the CRM accepts an unsubscribe and a bounce (tried and rolled back)"))
                : findings;
    }

    private void rejected(String sql, String what, List<Finding> findings) {
        try {
            jdbi.useHandle(handle -> rolledBack(handle, sql));
        } catch (JdbiException e) {
            Failure failure = Failure.of(e);
            if (NOTHING_IS_STORED.contains(failure.code())) {
                Finding finding = Finding.problem(
                        "database", failure.line(), "see " + failure.code().id() + " in docs/troubleshooting.md");
                if (!findings.contains(finding)) {
                    findings.add(finding);
                }
                return;
            }
            // Missing tables, columns and rights are reported by other checks.
            String state = RowRejection.of(e).orElse("");
            if (!state.isEmpty() && !state.equals("42P01") && !state.equals("42703")) {
                findings.add(Finding.problem(
                        "changes",
                        "a change of " + what + " is rejected: " + message(e, state)
                                + "; such changes wait and are tried again",
                        "fix the trigger or the constraint; a trigger that writes to other tables needs \"security definer\""
                                + " and a set search_path"));
            }
        }
    }

    private static void rolledBack(Handle handle, String sql) {
        handle.begin();
        try {
            handle.execute(sql);
        } finally {
            handle.rollback();
        }
    }

    /** The server's message for a missing right or a constraint contains no value; of all others only the place is shown. */
    private static String message(Throwable failure, String state) {
        Optional<ServerErrorMessage> server = server(failure);
        boolean namesNoValue = state.equals("42501") || state.startsWith("23");
        String what = server.map(ServerErrorMessage::getMessage)
                .filter(message -> namesNoValue)
                .orElse("SQLSTATE " + state);
        return what
                + server.map(ServerErrorMessage::getWhere)
                        .map(WriteTrialChecks::place)
                        .orElse("");
    }

    /** The first function among the lines of the server's context. */
    private static String place(String where) {
        return where.lines()
                .filter(line -> line.startsWith("PL/"))
                .findFirst()
                .map(line -> ", in " + line)
                .orElse(", in its trigger");
    }

    private static Optional<ServerErrorMessage> server(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PSQLException postgres) {
                return Optional.ofNullable(postgres.getServerErrorMessage());
            }
        }
        return Optional.empty();
    }
}
