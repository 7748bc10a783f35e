package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.inbound.engagement.BounceReports;
import app.gigpigs.mauticsync.inbound.table.FailedEmails;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jdbi.v3.core.Jdbi;

/** Finds the e-mails of bounce reports, however long ago they were sent. */
final class BounceLookups {
    private static final int AT_ONCE = 500;

    private final Jdbi jdbi;
    private final BounceReports reports = new BounceReports();

    BounceLookups(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    void resolve(TableReader reader) {
        List<BounceReports.Open> open = reports.open(jdbi, AT_ONCE);
        TreeSet<Long> contacts = new TreeSet<>();
        open.stream()
                .map(BounceReports.Open::contactId)
                .filter(Objects::nonNull)
                .forEach(contacts::add);
        if (!contacts.isEmpty()) {
            reader.whole(FailedEmails.to(contacts));
        }
        // Mautic writes the entry and the e-mail's row together. A row that is missing after a day will never be there.
        jdbi.useTransaction(handle -> open.stream()
                .filter(BounceReports.Open::old)
                .forEach(report -> reports.noBounce(handle, report.reportKey())));
    }
}
