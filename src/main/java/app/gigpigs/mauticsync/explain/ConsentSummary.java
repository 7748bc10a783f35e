package app.gigpigs.mauticsync.explain;

import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.DoNotContact;
import java.util.ArrayList;
import java.util.List;

/** Whether somebody may be mailed, on both sides, and why; one sentence each. Pure. */
final class ConsentSummary {
    private ConsentSummary() {}

    static List<String> message(CustomerView view, List<EngagementTimeline.Event> events) {
        List<String> message = new ArrayList<>();
        Boolean optIn = view.now().optIn();
        message.add(
                "CRM: " + (optIn == null ? "no answer is recorded" : optIn ? "yes to marketing" : "no to marketing"));
        view.now().sharers().forEach((other, no) -> {
            if (no) {
                message.add("CRM: customer " + other + " has the same address and says no, which counts for both");
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
        boolean no = Boolean.FALSE.equals(optIn) || view.now().sharers().containsValue(true);
        if (no && contact != null && contact.mailable()) {
            message.add("DANGER: the CRM says no and Mautic may mail contact " + contact.id()
                    + "; ./mautic-sync reconcile --repair puts do-not-contact in");
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
        String said = comment == null || comment.isBlank() ? "" : " (\"" + comment + "\")";
        return switch (entry.reason()) {
            case 1 -> "unsubscribed by the person" + said;
            case 2 -> "an e-mail bounced" + said;
            case 3 ->
                DoNotContactComment.DO_NOT_CONTACT_COMMENT.equals(comment)
                        ? "set by this program, because the CRM said no"
                        : "set by hand or by another program" + said;
            default -> "for reason " + entry.reason() + said;
        };
    }
}
