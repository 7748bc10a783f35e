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

    DoNotContacts(Time time) {
        this.time = time;
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

    /** Empty when the channel already has an entry: it stays as it is, whatever its reason. */
    Optional<Change> add(StoredContact contact, Reason reason) {
        DoNotContactEntry entry = new DoNotContactEntry(
                table.nextId(), reason.channel(), reason.code(), reason.comments(), reason.emailId());
        if (!contact.addDoNotContact(entry)) {
            return Optional.empty();
        }
        table.add(new Row(entry, contact.id, time.now()));
        return Optional.of(new Change(reason.channel(), "contactable", word(reason.code())));
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
