package app.gigpigs.mauticsync.consent.suppression;

import app.gigpigs.mauticsync.consent.delivery.OptOutDelivery;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.consent.ledger.OptOut;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.mautic.Mautic;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contacts with an imported address that Mautic has and the CRM does not, for example of a person who filled in a form
 * of Mautic's after the import. Such a contact shows up with its first event, which is kept as pending, and gets its
 * do-not-contact entry then. One that never opens, clicks, bounces or unsubscribes is not noticed.
 */
public final class UnknownContactCheck {
    private static final Logger log = LoggerFactory.getLogger(UnknownContactCheck.class);
    private static final int AT_ONCE = 500;

    private final Jdbi jdbi;
    private final ConsentLedger suppressed;
    private final OptOutDelivery contacts;

    public UnknownContactCheck(Jdbi jdbi, Mautic mautic, CrmNames names, Optional<HashKey> key) {
        this.jdbi = jdbi;
        this.suppressed = new ConsentLedger(jdbi, names, key);
        this.contacts = new OptOutDelivery(mautic);
    }

    /** Looks at the events that came lately; answers for how many contacts do-not-contact is new. */
    public int addDoNotContact() {
        if (!suppressed.pending()) {
            return 0;
        }
        List<String> addresses = addresses();
        int entries = 0;
        for (int from = 0; from < addresses.size(); from += AT_ONCE) {
            List<OptOut> found = suppressed.among(addresses.subList(from, Math.min(addresses.size(), from + AT_ONCE)));
            entries += contacts.process(contacts.of(found));
        }
        if (entries > 0) {
            log.info(
                    "{} contacts that the CRM does not have were suppressed by an import, and got do-not-contact",
                    entries);
        }
        return entries;
    }

    /** One day would be enough: this check follows every catch-up, every few minutes. */
    private List<String> addresses() {
        return jdbi.withHandle(
                handle -> handle.createQuery("""
                        select distinct lower(btrim(u.email))
                          from mautic_sync.pending_event u
                          join public.customer_email_engagement g on g.id = u.event_id
                         where u.email is not null and g.created_at > now() - interval '2 days'
                        """).mapTo(String.class).list());
    }
}
