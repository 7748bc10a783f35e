package app.gigpigs.mauticsync.explain;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.DoNotContact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a person may be mailed, on both sides, and why; one sentence for each reason. Pure. */
final class ConsentSummary {
    private ConsentSummary() {}

    static List<String> message(CustomerView view, List<EngagementTimeline.Event> events) {
        List<String> message = new ArrayList<>();
        Boolean optIn = view.now().optIn();
        message.add("CRM: "
                + (optIn == null ? "neither an opt-in nor an opt-out is recorded" : optIn ? "opted in" : "opted out"));
        view.now().sameAddress().forEach((other, optedOut) -> {
            if (optedOut) {
                message.add("CRM: customer " + other + " has the same address and opted out, which applies to both");
            }
        });
        Contact contact = view.now().contact();
        if (contact != null) {
            message.addAll(message(contact));
        }
        events.stream()
                .filter(event -> "unsubscribe".equals(event.type()))
                .findFirst()
                .ifPresent(event -> message.add("engagement: unsubscribed at " + event.at()));
        boolean optedOut =
                Boolean.FALSE.equals(optIn) || view.now().sameAddress().containsValue(true);
        if (optedOut && contact != null && contact.mailable()) {
            message.add("DANGER: opted out in the CRM, but Mautic may mail contact " + contact.id()
                    + "; ./mautic-sync reconcile --repair adds the do-not-contact entry");
        }
        return message;
    }

    static List<String> message(Contact contact) {
        List<String> message = new ArrayList<>();
        contact.doNotContact().stream()
                .filter(DoNotContact::againstEmail)
                .forEach(entry -> message.add("Mautic: do-not-contact, " + reason(entry)));
        if (contact.mailable()) {
            message.add("Mautic: may be mailed, no do-not-contact entry");
        }
        String field = contact.text(FieldMap.MARKETING_OPT_IN);
        message.add("Mautic: its field " + FieldMap.MARKETING_OPT_IN + " is " + (field == null ? "blank" : field));
        return message;
    }

    private static String reason(DoNotContact entry) {
        String comment = entry.comments();
        String suffix = comment == null || comment.isBlank() ? "" : " (\"" + comment + "\")";
        Optional<Consent> ours = DoNotContactComment.consent(comment);
        if (ours.isPresent()) {
            return "set by this program: " + ours.get().message();
        }
        if (DoNotContactComment.isOurs(comment)) {
            return "set by this program" + suffix;
        }
        return switch (entry.reason()) {
            case 1 -> "unsubscribed by the person" + suffix;
            case 2 -> "an e-mail bounced" + suffix;
            case 3 -> "set by a person or by a different program" + suffix;
            default -> "for reason " + entry.reason() + suffix;
        };
    }
}
