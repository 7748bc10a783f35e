package app.gigpigs.mauticsync.simulator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The e-mails and their recipients. Thread-safe. */
public final class Mails {
    private final Map<Long, Mail> byId = new ConcurrentSkipListMap<>();
    private final Map<String, MailStat> byHash = new ConcurrentHashMap<>();
    private final Map<String, Redirect> redirects = new ConcurrentHashMap<>();
    private final AtomicLong nextId = new AtomicLong(1);
    private final ContactStore contacts;
    private final StatsTables tables;
    private final Announcer announcer;
    private final Time time;

    Mails(ContactStore contacts, StatsTables tables, Announcer announcer, Time time) {
        this.contacts = contacts;
        this.tables = tables;
        this.announcer = announcer;
        this.time = time;
    }

    /** Writes an e-mail; returns its id. */
    public long create(String name, String subject) {
        return create(new Mail.Text(name, subject, "list", "<html><body></body></html>"), List.of()).id;
    }

    Mail create(Mail.Text text, List<Long> segments) {
        Mail mail = new Mail(nextId.getAndIncrement(), text, time.now(), segments);
        byId.put(mail.id, mail);
        return mail;
    }

    @Nullable
    Mail get(long id) {
        return byId.get(id);
    }

    /**
     * Sends an e-mail to its audience. Contacts without an address, deleted ones and those on do-not-contact are left
     * out; sending it a second time sends it to all others again.
     *
     * @return the ids in email_stats, in the order of the recipients
     */
    public List<Long> send(long emailId, Collection<Long> contactIds) {
        Mail mail = present(emailId);
        List<Long> sent = new ArrayList<>(contactIds.size());
        for (long contactId : contactIds) {
            StoredContact contact = contacts.get(contactId);
            if (contact != null && reachable(contact)) {
                MailStat.Origin origin = new MailStat.Origin("email", emailId, segment(mail), time.now());
                sent.add(sendOne(mail, contact, origin).id);
            }
        }
        return sent;
    }

    private static @Nullable Long segment(Mail mail) {
        return mail.segments.isEmpty() ? null : mail.segments.get(0);
    }

    private static boolean reachable(StoredContact contact) {
        return contact.get("email") != null
                && contact.doNotContact().stream()
                        .noneMatch(entry -> entry.channel().equals("email"));
    }

    /** Sends an e-mail to one contact like the API's call, which ignores do-not-contact. */
    public long sendToContact(long emailId, long contactId) {
        StoredContact contact = Objects.requireNonNull(contacts.find(contactId), () -> "no contact " + contactId);
        return sendOne(present(emailId), contact, new MailStat.Origin("api", 0, null, time.now())).id;
    }

    private MailStat sendOne(Mail mail, StoredContact contact, MailStat.Origin origin) {
        String address = String.valueOf(contact.get("email"));
        MailStat stat = new MailStat(tables.mails.nextId(), mail, new MailStat.Recipient(contact.id, address), origin);
        announcer.sent(stat, contact);
        mail.sentOnce();
        mail.links.forEach(url -> redirect(mail, url));
        tables.mails.add(stat);
        byHash.put(stat.hash(), stat);
        return stat;
    }

    /** The tracked link of an e-mail for that address, created when the e-mail is first sent. */
    Redirect redirect(Mail mail, String url) {
        return redirects.computeIfAbsent(mail.id + " " + url, first -> {
            Redirect made = new Redirect(tables.redirects.nextId(), mail, url, time.now());
            tables.redirects.add(made);
            return made;
        });
    }

    /** A sent e-mail by its id. */
    public List<SentMail> sent() {
        return tables.mails.all().stream()
                .map(stat -> SentMail.of(stat, now(stat.recipient.contactId())))
                .toList();
    }

    /** The id of the contact that it was merged into, if it was. */
    private long now(long contactId) {
        StoredContact contact = contacts.find(contactId);
        return contact == null ? contactId : contact.id;
    }

    /** The clicks, by id. */
    public List<SimulatedClick> clicks() {
        List<SimulatedClick> clicks = new ArrayList<>();
        for (PageHit hit : tables.hits.all()) {
            PageHit.Link link = hit.link();
            if (link != null) {
                clicks.add(new SimulatedClick(
                        hit.id(),
                        link.stat().id,
                        now(hit.contactId()),
                        hit.page().url(),
                        hit.at()));
            }
        }
        return clicks;
    }

    MailStat stat(long statId) {
        return Objects.requireNonNull(tables.mails.get(statId), () -> "no e-mail was sent under " + statId);
    }

    Optional<MailStat> withHash(String hash) {
        return Optional.ofNullable(byHash.get(hash));
    }

    private Mail present(long emailId) {
        return Objects.requireNonNull(byId.get(emailId), () -> "no e-mail " + emailId);
    }
}
