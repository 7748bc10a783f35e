package app.gigpigs.mauticsync.reconcile;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.outbound.match.Match;
import app.gigpigs.mauticsync.outbound.payload.ContactComparison;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.reconcile.Drift.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects what differs in one contact. */
final class DriftCollector {
    private final Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    private final List<String> fields = new ArrayList<>();
    private final List<String> message = new ArrayList<>();

    void add(Kind kind, String sentence) {
        kinds.add(kind);
        message.add(sentence);
    }

    void fields(ContactWrite write, Contact contact) {
        for (String alias : ContactComparison.fields(write, contact)) {
            fields.add(alias);
            String there = contact.text(alias);
            Object sent = write.fields().values().get(alias);
            String how = there == null
                    ? "is blank in Mautic"
                    : sent instanceof String text && text.length() > there.length() && text.startsWith(there)
                            ? "is cut to " + there.length() + " characters in Mautic"
                            : "differs in Mautic";
            add(Kind.FIELD_DIFFERS, "field " + alias + " " + how);
        }
    }

    void deleted(long contactId, Match match) {
        if (match instanceof Match.Found found) {
            add(
                    Kind.CONTACT_MOVED,
                    "contact " + contactId + " was deleted; contact " + found.contactId()
                            + " is this customer's now (merged, or created again): sent again, the customer is linked to it");
        } else if (match instanceof Match.Conflict conflict) {
            add(
                    Kind.CONTACT_MOVED,
                    "contact " + contactId + " was deleted; "
                            + conflict.failure().message());
        } else {
            add(
                    Kind.CONTACT_DELETED,
                    "contact " + contactId + " was deleted in Mautic: sent again, it is created anew");
        }
    }

    void duplicates(List<Long> holders) {
        if (holders.size() > 1) {
            add(
                    Kind.DUPLICATE,
                    "contacts " + holders.stream().sorted().toList()
                            + " share the e-mail address and can no longer be changed: merge them in Mautic");
        }
    }

    Optional<Drift> drift(CustomerId customer, long contactId) {
        return kinds.isEmpty() ? Optional.empty() : Optional.of(new Drift(customer, contactId, kinds, fields, message));
    }
}
