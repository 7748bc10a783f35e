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

    static List<String> words(CustomerView view, List<EngagementTimeline.Event> events) {
        List<String> words = new ArrayList<>();
        Boolean optIn = view.now().optIn();
        words.add("CRM: " + (optIn == null ? "no answer is recorded" : optIn ? "yes to marketing" : "no to marketing"));
        view.now().sharers().forEach((other, no) -> {
            if (no) {
                words.add("CRM: customer " + other + " has the same address and says no, which counts for both");
            }
        });
        Contact contact = view.now().contact();
        if (contact != null) {
            words.addAll(words(contact));
        }
        events.stream()
                .filter(event -> "unsubscribe".equals(event.type()))
                .findFirst()
                .ifPresent(event -> words.add("engagement: unsubscribed at " + event.at()));
        boolean no = Boolean.FALSE.equals(optIn) || view.now().sharers().containsValue(true);
        if (no && contact != null && contact.mailable()) {
            words.add("DANGER: the CRM says no and Mautic may mail contact " + contact.id()
                    + "; ./mautic-sync check --repair puts do-not-contact in");
        }
        return words;
    }

    static List<String> words(Contact contact) {
        List<String> words = new ArrayList<>();
        contact.doNotContact().stream()
                .filter(DoNotContact::againstEmail)
                .forEach(entry -> words.add("Mautic: do-not-contact, " + reason(entry)));
        if (contact.mailable()) {
            words.add("Mautic: may be mailed, no do-not-contact entry");
        }
        String field = contact.text(FieldMap.MARKETING_OPT_IN);
        words.add("Mautic: its field " + FieldMap.MARKETING_OPT_IN + " is " + (field == null ? "blank" : field));
        return words;
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
