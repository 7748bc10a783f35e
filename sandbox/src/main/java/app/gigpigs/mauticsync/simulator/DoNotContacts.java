package app.gigpigs.mauticsync.simulator;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The do-not-contact entries: one row for each entry of a contact. */
final class DoNotContacts {
    private static final Table.Columns<Row> COLUMNS = Table.Columns.<Row>none()
            .with("id", row -> row.entry().id())
            .with("lead_id", Row::contactId)
            .with("date_added", Row::added)
            .with("reason", row -> row.entry().reason())
            .with("channel", row -> row.entry().channel())
            .with("channel_id", row -> row.entry().channelId())
            .with("comments", row -> row.entry().comments());

    private final Table<Row> table = new Table<>(row -> row.entry().id(), COLUMNS);
    private final Time time;
    private final MauticVersion version;

    DoNotContacts(Time time, MauticVersion version) {
        this.time = time;
        this.version = version;
    }

    /** A row of lead_donotcontact. */
    record Row(DoNotContactEntry entry, long contactId, Instant added) {}

    /** The content of an entry. */
    record Reason(
            String channel,
            int code,
            @Nullable String comments,
            @Nullable Long emailId) {
        static Reason email(int code, String comments) {
            return new Reason("email", code, comments, null);
        }
    }

    /** A changed status, with Mautic's names. */
    record Change(String channel, String from, String to) {}

    Table<Row> table() {
        return table;
    }

    /** A person unsubscribes, or a mail server reports a bounce: an entry that is there already stays as it is. */
    Optional<Change> add(StoredContact contact, Reason reason) {
        DoNotContactEntry entry = new DoNotContactEntry(
                table.nextId(), reason.channel(), reason.code(), reason.comments(), reason.emailId());
        if (!contact.addDoNotContact(entry)) {
            return Optional.empty();
        }
        table.add(new Row(entry, contact.id, time.now()));
        return Optional.of(new Change(reason.channel(), "contactable", word(reason.code())));
    }

    /**
     * The same by the API. Over another entry that is no unsubscribe Mautic tells the new status; only later versions
     * than 5.1 store it, under the old id.
     */
    Optional<Change> set(StoredContact contact, Reason reason) {
        Optional<DoNotContactEntry> old = contact.doNotContact(reason.channel());
        if (old.isEmpty()) {
            return add(contact, reason);
        }
        if (old.get().reason() == 1 || old.get().reason() == reason.code()) {
            return Optional.empty();
        }
        if (version.replacesDoNotContact()) {
            DoNotContactEntry entry = new DoNotContactEntry(
                    old.get().id(), reason.channel(), reason.code(), reason.comments(), reason.emailId());
            contact.replaceDoNotContact(entry);
            table.removeIf(row -> row.entry().id() == entry.id());
            table.add(new Row(entry, contact.id, time.now()));
        }
        return Optional.of(new Change(reason.channel(), "contactable", word(reason.code())));
    }

    /** The contact as Mautic shows it at once after a call: with the entry that was sent, stored or not. */
    static StoredContact shown(StoredContact contact, Reason reason) {
        StoredContact shown = contact.with(contact.values());
        shown.doNotContact(reason.channel())
                .filter(old -> old.reason() != 1 && old.reason() != reason.code())
                .ifPresent(old -> shown.replaceDoNotContact(new DoNotContactEntry(
                        old.id(), reason.channel(), reason.code(), reason.comments(), reason.emailId())));
        return shown;
    }

    /** Empty when there was no entry. */
    Optional<Change> remove(StoredContact contact, String channel) {
        return contact.removeDoNotContact(channel).map(entry -> {
            table.removeIf(row -> row.entry().id() == entry.id());
            return new Change(channel, word(entry.reason()), "contactable");
        });
    }

    void forget(long contactId) {
        table.removeIf(row -> row.contactId() == contactId);
    }

    private static String word(int reason) {
        return switch (reason) {
            case 1 -> "unsubscribed";
            case 2 -> "bounced";
            default -> "manual";
        };
    }
}
