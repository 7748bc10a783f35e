package app.gigpigs.mauticsync.consent.erasure;

import app.gigpigs.mauticsync.runs.RunLog;
import org.jdbi.v3.core.Handle;

/** The run log as a table of personal data: no row is about a person, but error messages may name one. */
final class RunLogMessages implements PersonalDataTable {
    @Override
    public String table() {
        return "public.mautic_sync_logs";
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        return 0;
    }

    @Override
    public int eraseFromMessages(Handle handle, PersonIdentifiers person) {
        return RunLog.redact(handle, person.namePattern(), PersonIdentifiers.REMOVED);
    }
}
