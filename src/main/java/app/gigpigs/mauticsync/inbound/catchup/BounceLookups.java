package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.inbound.engagement.BounceReports;
import app.gigpigs.mauticsync.inbound.table.FailedEmails;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jdbi.v3.core.Jdbi;

/** Looks for the mails behind reports that a contact bounced, however long ago those were sent. */
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
        // Mautic writes the entry and the mail's row at once; what is not there after a day never comes.
        jdbi.useTransaction(handle -> open.stream()
                .filter(BounceReports.Open::old)
                .forEach(report -> reports.noBounce(handle, report.reportKey())));
    }
}
