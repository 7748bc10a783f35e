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

/** Says what the next run would do with one customer, from the same diff and the same look-up as the run. */
record NextAction(
        ChangeSet changes, WritePlanner planner, CustomerStatus status, Match match, Optional<Contact> linked) {

    /** Whether Mautic could be asked. */
    enum MauticSide {
        ASKED,
        UNKNOWN
    }

    List<String> message(MauticSide side) {
        if (!changes.pushes().isEmpty()) {
            List<String> message = new ArrayList<>(List.of(how(side)));
            planner.each(changes.pushes(), (write, push) -> message.addAll(details(push)));
            return message;
        }
        if (!changes.skips().isEmpty()) {
            return List.of("skip it: " + changes.skips().get(0).message());
        }
        if (!changes.removed().isEmpty()) {
            return List.of("take it out of our segments: it is no longer in the CRM's view");
        }
        if (changes.stillSkipped() > 0) {
            return List.of("nothing, it stays skipped: " + status.error());
        }
        if (changes.waiting() > 0) {
            return List.of("nothing, Mautic rejected it: tried again when it changes, on retry"
                    + until(", or after ", status.nextAttempt()));
        }
        if (changes.inFlight() > 0) {
            return List.of("wait: a write may still be running in Mautic"
                    + until(", certainly over at ", status.nextAttempt()));
        }
        return List.of(
                changes.unchanged() > 0
                        ? "nothing: it did not change since it was sent"
                        : "nothing: it is not in the CRM's view");
    }

    private String how(MauticSide side) {
        Long contact = status.contactId();
        if (side == MauticSide.UNKNOWN) {
            return contact == null ? "look it up in Mautic, then update or create" : "update contact " + contact;
        }
        if (contact != null && linked.isPresent()) {
            return "update contact " + contact;
        }
        String deleted = contact == null ? "" : "contact " + contact + " was deleted: ";
        if (match instanceof Match.Found found) {
            return deleted
                    + (found.origin() == ContactWrite.Origin.MATCHED
                            ? "match and update contact "
                            : "link and update contact ")
                    + found.contactId();
        }
        if (match instanceof Match.Conflict conflict) {
            return deleted
                    + (conflict.releasable().isPresent()
                            ? "release the address first, then create or update: "
                            : "be rejected: ")
                    + conflict.failure().message();
        }
        return deleted + "create a contact";
    }

    private static List<String> details(PlannedWrite push) {
        List<String> message = new ArrayList<>();
        push.changes()
                .forEach(change ->
                        message.add(change.alias() + ": " + shown(change.before()) + " -> " + shown(change.after())));
        push.moves().joins().forEach(segment -> message.add("joins segment " + segment));
        push.moves().removed().forEach(segment -> message.add("leaves segment " + segment));
        push.warnings().forEach(warning -> message.add("warning: " + warning));
        return message;
    }

    private static String shown(@org.jspecify.annotations.Nullable String value) {
        return value == null ? "(blank)" : "\"" + value + "\"";
    }

    private static String until(String before, @org.jspecify.annotations.Nullable Instant time) {
        return time == null ? "" : before + time.truncatedTo(ChronoUnit.SECONDS);
    }
}
