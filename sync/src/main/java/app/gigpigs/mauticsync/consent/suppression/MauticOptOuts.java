package app.gigpigs.mauticsync.consent.suppression;

import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.consent.suppression.list.ListWriter;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The do-not-contact entries of a Mautic that is left behind, as a list. Reads only. */
public final class MauticOptOuts {
    private static final int AT_ONCE = 500;
    private static final int UNSUBSCRIBED = 1;
    private static final int BOUNCED = 2;

    private final Mautic other;

    public MauticOptOuts(Mautic other) {
        this.other = other;
    }

    /** Writes them; answers how many have no usable address: the contact was deleted, or has none. */
    public long write(ListWriter list) {
        long without = 0;
        List<Row> rows = after(0);
        while (!rows.isEmpty()) {
            Map<Long, String> addresses = addresses(rows);
            for (Row row : rows) {
                without += write(row, addresses, list) ? 0 : 1;
            }
            rows = after(id(rows.get(rows.size() - 1)));
        }
        return without;
    }

    private List<Row> after(long id) {
        return other.stats()
                .rows(Select.from("lead_donotcontact")
                        .where("channel", "eq", "email")
                        .where("id", "gt", id)
                        .by("id")
                        .limit(AT_ONCE));
    }

    private static long id(Row row) {
        return Objects.requireNonNull(row.number("id"), "lead_donotcontact has an id");
    }

    private Map<Long, String> addresses(List<Row> rows) {
        List<Long> contacts = rows.stream()
                .map(row -> row.number("lead_id"))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        Map<Long, String> addresses = new HashMap<>();
        for (Contact contact : other.contacts().withIds(contacts)) {
            String email = contact.email();
            if (email != null) {
                addresses.put(contact.id(), email);
            }
        }
        return addresses;
    }

    /** A row with reason 0 keeps nobody from being mailed. */
    private static boolean write(Row row, Map<Long, String> addresses, ListWriter list) {
        Long reason = row.number("reason");
        if (reason == null || reason == 0) {
            return true;
        }
        String address = addresses.get(row.number("lead_id"));
        Instant since = row.time("date_added");
        return address != null && list.write(address, reason(reason, row.text("comments")), since);
    }

    private static String reason(long reason, @Nullable String comment) {
        if (DoNotContactComment.isComplaint(reason, comment)) {
            return "complained";
        }
        if (reason == BOUNCED) {
            return "bounced";
        }
        return reason == UNSUBSCRIBED ? "unsubscribed" : "blocked";
    }
}
