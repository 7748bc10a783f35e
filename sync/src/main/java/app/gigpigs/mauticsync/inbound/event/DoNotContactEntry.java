package app.gigpigs.mauticsync.inbound.event;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a do-not-contact entry of Mautic says. Its reason is too coarse: plugins of mail services write more into the
 * comment, such as {@code HARD: AWS: General: smtp; 550 5.1.1 user unknown}, and report complaints as opt-outs. Pure.
 */
public final class DoNotContactEntry {
    private static final Pattern PERMANENT = Pattern.compile("\\b(?:hard|permanent)\\b", Pattern.CASE_INSENSITIVE);
    /** The word may also be in the text of a mail server that the comment quotes. */
    private static final Pattern NOT_PERMANENT = Pattern.compile(
            "^\\s*(?:soft|transient|other|undetermined|temporary)\\b|\\b(?:soft|transient|not|non|no)[\\s-]+(?:hard|permanent|bounce)\\b",
            Pattern.CASE_INSENSITIVE);

    private DoNotContactEntry() {}

    /** The event that it is. */
    public static Event.Recorded event(String key, long reason, @Nullable String comment, EventDetails about) {
        Optional<Consent> ours = DoNotContactComment.consent(comment);
        if (ours.isPresent()) {
            return new Event.OwnEntry(key, ours.get().stated(), about);
        }
        String text = comment == null ? "" : comment;
        if (DoNotContactComment.isComplaint(reason, text)) {
            return new Event.Complaint(key, about);
        }
        return reason == DoNotContactChange.BOUNCED
                ? new Event.BounceReport(key, severity(text), about)
                : new Event.Unsubscribe(key, DoNotContactChange.reason(reason), about);
    }

    private static BounceSeverity severity(String comment) {
        return PERMANENT.matcher(comment).find()
                        && !NOT_PERMANENT.matcher(comment).find()
                ? BounceSeverity.PERMANENT
                : BounceSeverity.COUNTED;
    }
}
