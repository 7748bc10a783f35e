package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.mautic.BatchResult;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.ItemAnswer;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.BatchSender.Delivered;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes 0 and other numbers below one, which Mautic drops from every call but a full replacement (seen on 5.1.0).
 *
 * <p>A full replacement also blanks what is not sent and overwrites what changed since it was read. So it is used only
 * for contacts whose number really is another one now, built from a fresh read, and sent at once.
 */
final class SmallNumbers {
    /** A contact is 8 to 11 kB of answer; a few at a time keeps the moment between reading and writing short. */
    private static final int AT_ONCE = 50;

    private final Mautic mautic;
    private final Destination destination;

    SmallNumbers(Mautic mautic, Destination destination) {
        this.mautic = mautic;
        this.destination = destination;
    }

    /** Puts the numbers right; answers what became of the writes for which that failed. */
    List<Outcome> write(List<Delivered> delivered) {
        Map<Long, Write> wrong = new LinkedHashMap<>();
        delivered.stream()
                .filter(SmallNumbers::doubtful)
                .forEach(item -> wrong.put(item.contact().id(), item.write()));
        List<Outcome> failures = new ArrayList<>();
        List<Long> ids = new ArrayList<>(wrong.keySet());
        for (int from = 0; from < ids.size(); from += AT_ONCE) {
            replace(ids.subList(from, Math.min(ids.size(), from + AT_ONCE)), wrong, failures);
        }
        return failures;
    }

    private void replace(List<Long> ids, Map<Long, Write> wrong, List<Outcome> failures) {
        List<Contact> fresh = mautic.contactsWithIds(ids);
        List<Long> present = fresh.stream().map(Contact::id).toList();
        ids.stream()
                .filter(id -> !present.contains(id))
                .forEach(id -> failures.add(refused(wrong, id, "the contact vanished while it was written")));
        List<Contact> differing = fresh.stream()
                .filter(contact -> !missing(write(wrong, contact.id()), contact).isEmpty())
                .toList();
        BatchResult result = mautic.replaceContacts(differing.stream()
                .map(contact -> item(contact, write(wrong, contact.id())))
                .toList());
        for (int i = 0; i < differing.size(); i++) {
            outcome(result, i, wrong, differing.get(i).id()).ifPresent(failures::add);
        }
    }

    private static Optional<Outcome> outcome(BatchResult result, int index, Map<Long, Write> wrong, long contactId) {
        if (result instanceof BatchResult.Answered answered) {
            ItemAnswer item = answered.items().get(index);
            return item.saved() ? Optional.empty() : Optional.of(refused(wrong, contactId, item.words()));
        }
        if (result instanceof BatchResult.Rejected rejected) {
            return Optional.of(refused(wrong, contactId, rejected.status() + " " + rejected.words()));
        }
        return Optional.of(new Outcome.Unsettled(write(wrong, contactId), result.toString()));
    }

    private static Outcome refused(Map<Long, Write> wrong, long contactId, String words) {
        return new Outcome.Refused(
                write(wrong, contactId), contactId, "a number below one could not be written: " + words);
    }

    private static Write write(Map<Long, Write> wrong, long contactId) {
        return Objects.requireNonNull(wrong.get(contactId), "Mautic answered a contact that was not asked for");
    }

    /** Everything Mautic answered, with the numbers put in. */
    private Map<String, @Nullable Object> item(Contact contact, Write write) {
        Map<String, @Nullable Object> item = new LinkedHashMap<>();
        contact.values().forEach((alias, value) -> item.put(alias, withZone(alias, value)));
        item.putAll(write.fields().smallNumbers());
        item.put("id", contact.id());
        return item;
    }

    /** Mautic answers times in UTC without saying so; sent back like that, the server's own zone would be taken. */
    private @Nullable Object withZone(String alias, @Nullable Object value) {
        return value instanceof String text
                        && destination.isTime(alias)
                        && text.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d(:\\d\\d)?")
                ? text.replace(' ', 'T') + "+00:00"
                : value;
    }

    /**
     * The answer to a creation tells what is stored. The answer to a change does not: with overwriteWithBlank Mautic
     * answers 0 for a number that is blank (seen on 5.1.0), so those contacts have to be read.
     */
    private static boolean doubtful(Delivered item) {
        return item.status() == 201
                ? !missing(item.write(), item.contact()).isEmpty()
                : !item.write().fields().smallNumbers().isEmpty();
    }

    /** The small numbers that the contact does not have as it stands in Mautic's answer. */
    static Map<String, Object> missing(Write write, Contact contact) {
        Map<String, Object> missing = new LinkedHashMap<>(write.fields().smallNumbers());
        missing.entrySet().removeIf(wanted -> {
            BigDecimal there = contact.number(wanted.getKey());
            return there != null
                    && there.compareTo(new BigDecimal(wanted.getValue().toString())) == 0;
        });
        return missing;
    }
}
