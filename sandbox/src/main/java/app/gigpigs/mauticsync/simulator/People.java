package app.gigpigs.mauticsync.simulator;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What recipients do with their e-mails, and the reports of mail servers. Thread-safe. */
public final class People {
    static final String BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

    private final Mails mails;
    private final ContactStore contacts;
    private final StatsTables tables;
    private final ConsentChanges consent;
    private final ByHand byHand;

    People(Mails mails, StatsTables tables, ByHand byHand) {
        this.mails = mails;
        this.contacts = byHand.contacts();
        this.tables = tables;
        this.consent = byHand.consent();
        this.byHand = byHand;
    }

    /** Opens an e-mail; bots do so, too, and Mautic before 7 counts them. */
    public void open(long statId) {
        open(mails.stat(statId), BROWSER);
    }

    void open(MailStat stat, String userAgent) {
        if (userAgent.contains("bot") && !contacts.version().countsBots()) {
            return;
        }
        Instant now = consent.time().now();
        stat.opened(now, userAgent);
        consent.announcer().opened(stat);
        ifPresent(stat, contact -> {
            tables.opens.add(new StatsTables.Opened(tables.opens.nextId(), stat, now));
            visited(contact, () -> {});
        });
    }

    /** Follows a link, which also counts as an open if there was none before. Returns the hit's id. */
    public long click(long statId, String url) {
        MailStat stat = mails.stat(statId);
        return click(stat, mails.redirect(stat.mail, url), BROWSER);
    }

    long click(MailStat stat, Redirect redirect, String userAgent) {
        redirect.hit(stat.recipient.contactId());
        ifPresent(stat, contact -> {
            contact.clicked();
            visited(contact, () -> consent.announce(contact, List.of(), ConsentChanges.PERSON));
        });
        PageHit hit = visited(
                new PageHit.Link(stat, redirect),
                stat.recipient.contactId(),
                new PageHit.Page(redirect.url, userAgent));
        if (stat.openCount() == 0) {
            open(stat, userAgent);
        }
        return hit.id();
    }

    /** Visits a page of the web site that Mautic tracks, without an e-mail. Returns the hit's id. */
    public long visit(long contactId, String url) {
        return visited(null, contactId, new PageHit.Page(url, BROWSER)).id();
    }

    private PageHit visited(PageHit.@Nullable Link link, long contactId, PageHit.Page page) {
        PageHit hit = new PageHit(tables.hits.nextId(), consent.time().now(), link, contactId, page);
        tables.hits.add(hit);
        consent.announcer().hit(hit);
        return hit;
    }

    /** Follows the unsubscribe link; an existing entry stays as it is, but the visit changes the contact. */
    public void unsubscribe(long statId) {
        MailStat stat = mails.stat(statId);
        ifPresent(
                stat,
                contact -> visited(contact, () -> {
                    if (!consent.add(contact, reason(stat, 1, "User unsubscribed."), ConsentChanges.PERSON)) {
                        consent.announcer().updated(contact);
                    }
                }));
    }

    /** Presses the mail program's unsubscribe button, which posts to the same address. */
    public void oneClickUnsubscribe(long statId) {
        MailStat stat = mails.stat(statId);
        ifPresent(stat, contact -> consent.add(contact, reason(stat, 1, "User unsubscribed."), ConsentChanges.PERSON));
    }

    /** Follows the resubscribe link of the unsubscribe page. */
    public void resubscribe(long statId) {
        ifPresent(
                mails.stat(statId), contact -> visited(contact, () -> consent.remove(contact, ConsentChanges.PERSON)));
    }

    /** The mail server reports a bounce. */
    public void bounce(long statId) {
        bounce(statId, "550 5.1.1 mailbox unknown");
    }

    /** The same, with the mail server's message. For a contact on do-not-contact only the e-mail's row changes. */
    public void bounce(long statId, String message) {
        MailStat stat = mails.stat(statId);
        stat.bounced(consent.time().now(), message);
        ifPresent(stat, contact -> {
            if (!consent.add(contact, reason(stat, 2, message), ConsentChanges.PERSON)) {
                consent.untouched(contact, ConsentChanges.PERSON);
            }
        });
    }

    /**
     * A plugin's callback reports what a mail service says of the recipient, as the plugins for SES do: an entry with the
     * e-mail, while the e-mail's row does not change.
     */
    public void reportedByPlugin(long statId, int reason, String comment) {
        MailStat stat = mails.stat(statId);
        ifPresent(stat, contact -> consent.add(contact, reason(stat, reason, comment), ConsentChanges.PERSON));
    }

    /**
     * Somebody merges one contact into another in Mautic's pages. The loser's id then leads to the winner, and its
     * do-not-contact is lost.
     */
    public void merge(long loserId, long winnerId) {
        byHand.merger().merge(present(loserId), present(winnerId), ConsentChanges.USER);
    }

    /** Somebody fills in a form of Mautic in an unknown browser. Returns the contact's id, always a new one. */
    public long fillsForm(String email) {
        return byHand.submitForm(email, Map.of());
    }

    /** The same with further fields. */
    public long fillsForm(String email, Map<String, String> others) {
        return byHand.submitForm(email, others);
    }

    /** A Mautic user creates a contact in Mautic's pages. */
    public long createsContact(Map<String, String> values) {
        return byHand.create(values);
    }

    /** A Mautic user imports a list of contacts; known addresses are changed. Returns the contacts' ids. */
    public List<Long> importsContacts(List<Map<String, String>> rows) {
        return rows.stream().map(byHand::importRow).toList();
    }

    /** A Mautic user edits a contact; false when Mautic rejects it because another contact has the address. */
    public boolean editsContact(long contactId, String alias, String value) {
        return byHand.edit(present(contactId), alias, value);
    }

    private StoredContact present(long contactId) {
        return Objects.requireNonNull(contacts.get(contactId), () -> "no contact " + contactId);
    }

    private static DoNotContacts.Reason reason(MailStat stat, int code, String message) {
        return new DoNotContacts.Reason("email", code, message, stat.mail.id);
    }

    private void ifPresent(MailStat stat, Consumer<StoredContact> action) {
        StoredContact contact = contacts.find(stat.recipient.contactId());
        if (contact != null) {
            action.accept(contact);
        }
    }

    /** Webhooks sent during a visit have the new time of the last activity, but not yet in the field of that name (seen). */
    private void visited(StoredContact contact, Runnable visit) {
        Instant now = consent.time().now();
        contact.active(now);
        visit.run();
        contact.put("last_active", Time.table(now));
    }
}
