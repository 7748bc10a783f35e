package app.gigpigs.mauticsync.explain;

import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger.Entry;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Which mails Mautic sent to a contact, and whether before or after the person opted out: the answer to "I unsubscribed and
 * still got mail".
 */
public final class SentMails {
    private static final int MOST = 20;

    private final Jdbi jdbi;
    private final Mautic mautic;

    SentMails(Jdbi jdbi, Mautic mautic) {
        this.jdbi = jdbi;
        this.mautic = mautic;
    }

    /** The latest mails, the latest first. */
    List<Mail> to(long contact, @Nullable String email) {
        Optional<Instant> optedOut = optedOut(email);
        Select select = Select.from("email_stats")
                .where("lead_id", "eq", contact)
                .byDescending("date_sent")
                .limit(MOST);
        return mautic.stats().rows(select).stream()
                .filter(row -> row.time("date_sent") != null)
                .map(row -> mail(row, optedOut))
                .sorted(Comparator.comparing(Mail::at).reversed())
                .toList();
    }

    private Mail mail(Row row, Optional<Instant> optedOut) {
        Instant at = Objects.requireNonNull(row.time("date_sent"));
        Long id = row.number("email_id");
        return new Mail(
                at,
                id == null ? "an e-mail that was deleted" : name(id),
                Set.of("1", "true").contains(String.valueOf(row.text("is_failed"))),
                optedOut.filter(at::isAfter).orElse(null));
    }

    private String name(long email) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select coalesce(subject, name) from mautic_sync.email_name where mautic_email_id = :id")
                .bind("id", String.valueOf(email))
                .mapTo(String.class)
                .findOne()
                .orElse("e-mail " + email));
    }

    /** When the person first opted out, of what stands now. */
    private Optional<Instant> optedOut(@Nullable String email) {
        if (email == null) {
            return Optional.empty();
        }
        return jdbi.withHandle(handle -> new ConsentLedger().inForce(handle, EmailAddress.normal(email))).stream()
                .filter(entry -> entry.reason().isOptOut())
                .map(Entry::saidAt)
                .min(Comparator.naturalOrder());
    }

    /**
     * One mail.
     *
     * @param mail its subject, as far as known here
     * @param failed whether it bounced
     * @param afterOptOutOf when the person had opted out before it was sent; null when it was sent before, or nothing stands
     */
    public record Mail(
            Instant at,
            String mail,
            boolean failed,
            @Nullable Instant afterOptOutOf) {}
}
