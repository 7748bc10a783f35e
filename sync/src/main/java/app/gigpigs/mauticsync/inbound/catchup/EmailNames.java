package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.inbound.engagement.EmailNameTable;
import app.gigpigs.mauticsync.inbound.engagement.EngagementTable;
import app.gigpigs.mauticsync.mautic.Email;
import app.gigpigs.mauticsync.mautic.MauticRejected;
import app.gigpigs.mauticsync.mautic.MauticUnavailable;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds the names and subjects that payloads lack. Looks up each e-mail once, outside of any transaction. */
public final class EmailNames {
    private static final Logger LOG = LoggerFactory.getLogger(EmailNames.class);
    private static final int AT_ONCE = 100;

    private final Jdbi jdbi;
    private final EmailNameTable table = new EmailNameTable();

    public EmailNames(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Looks up the missing names and adds them.
     *
     * @param mautic finds an e-mail by its id; empty when Mautic has none
     * @return how many events got a name
     */
    public int fill(LongFunction<Optional<Email>> mautic) {
        try {
            unknown().forEach(id -> lookUp(id, mautic));
        } catch (MauticUnavailable e) {
            LOG.debug("the names of e-mails are looked up later: {}", e.getMessage());
        }
        return jdbi.withHandle(new EngagementTable()::fillNames);
    }

    /** A look-up that Mautic rejects does not stop the others; it is repeated after a day. */
    private void lookUp(String id, LongFunction<Optional<Email>> mautic) {
        Optional<Email> email = Optional.empty();
        try {
            email = mautic.apply(Long.parseLong(id));
        } catch (MauticRejected e) {
            LOG.info("e-mail {} has no name for now, the next look-up is in a day: {}", id, e.getMessage());
        }
        Optional<Email> response = email;
        jdbi.useHandle(handle -> response.ifPresentOrElse(
                found -> table.put(handle, id, found.name(), found.subject()), () -> table.putMissing(handle, id)));
    }

    private List<String> unknown() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select distinct g.mautic_email_id from public.customer_email_engagement g
                         where g.campaign_name is null and g.instance = mautic_sync.current_instance()
                           and g.mautic_email_id ~ '^[0-9]{1,18}$'
                           and not exists (select from mautic_sync.email_name n
                                            where n.mautic_email_id = g.mautic_email_id
                                              and (n.found or n.looked_up_at > now() - interval '1 day'))
                         limit :most
                        """)
                .bind("most", AT_ONCE)
                .mapTo(String.class)
                .list());
    }
}
