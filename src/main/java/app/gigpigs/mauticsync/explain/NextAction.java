package app.gigpigs.mauticsync.explain;

import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.outbound.diff.ChangeSet;
import app.gigpigs.mauticsync.outbound.match.Match;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.PlannedWrite;
import app.gigpigs.mauticsync.outbound.payload.WritePlanner;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the next run would do with one customer, in words, from the diff and the look-up that the run itself makes. */
record NextAction(
        ChangeSet changes,
        WritePlanner planner,
        CustomerView.Remembered remembered,
        Match match,
        Optional<Contact> linked) {

    /** Whether Mautic could be asked. */
    enum MauticSide {
        ASKED,
        UNKNOWN
    }

    List<String> words(MauticSide side) {
        if (!changes.pushes().isEmpty()) {
            List<String> words = new ArrayList<>(List.of(how(side)));
            planner.each(changes.pushes(), (write, push) -> words.addAll(details(push)));
            return words;
        }
        if (!changes.skips().isEmpty()) {
            return List.of("skip it: " + changes.skips().get(0).reason());
        }
        if (!changes.gone().isEmpty()) {
            return List.of("take it out of our segments: it is no longer in the CRM's view");
        }
        if (changes.stillSkipped() > 0) {
            return List.of("nothing, it stays skipped: " + remembered.error());
        }
        if (changes.waiting() > 0) {
            return List.of("nothing, Mautic refused it: tried again when it changes, on retry"
                    + until(", or after ", remembered.nextAttempt()));
        }
        if (changes.inFlight() > 0) {
            return List.of("wait: a write may still be running in Mautic"
                    + until(", certainly over at ", remembered.nextAttempt()));
        }
        return List.of(
                changes.unchanged() > 0
                        ? "nothing: it did not change since it was sent"
                        : "nothing: it is not in the CRM's view");
    }

    private String how(MauticSide side) {
        Long contact = remembered.contactId();
        if (side == MauticSide.UNKNOWN) {
            return contact == null ? "look it up in Mautic, then update or create" : "update contact " + contact;
        }
        if (contact != null && linked.isPresent()) {
            return "update contact " + contact;
        }
        String gone = contact == null ? "" : "contact " + contact + " is gone: ";
        if (match instanceof Match.Found found) {
            return gone
                    + (found.origin() == ContactWrite.Origin.ADOPTED
                            ? "take over contact "
                            : "link and update contact ")
                    + found.contactId();
        }
        if (match instanceof Match.Held held) {
            return gone
                    + (held.releasable().isPresent()
                            ? "free the address first, then create or update: "
                            : "be refused: ")
                    + held.words();
        }
        return gone + "create a contact";
    }

    private static List<String> details(PlannedWrite push) {
        List<String> words = new ArrayList<>();
        push.changes()
                .forEach(change ->
                        words.add(change.alias() + ": " + shown(change.before()) + " -> " + shown(change.after())));
        push.moves().joins().forEach(segment -> words.add("joins segment " + segment));
        push.moves().leaves().forEach(segment -> words.add("leaves segment " + segment));
        push.warnings().forEach(warning -> words.add("warning: " + warning));
        return words;
    }

    private static String shown(@org.jspecify.annotations.Nullable String value) {
        return value == null ? "(blank)" : "\"" + value + "\"";
    }

    private static String until(String before, @org.jspecify.annotations.Nullable Instant time) {
        return time == null ? "" : before + time.truncatedTo(ChronoUnit.SECONDS);
    }
}
