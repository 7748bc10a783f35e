package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The reason behind a free text: what a mail server answered, or what a person wrote. */
final class ReasonText {
    private static final Pattern SMTP =
            Pattern.compile("(?<![\\d.])(?:[45]\\.\\d{1,3}\\.\\d{1,3}|[45][0-7]\\d)(?![\\d.])");

    private ReasonText() {}

    /** Empty when nothing in it is known. */
    static Optional<Reason> of(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        // A server's answer may speak of spam and blocks; it is no complaint of a person.
        if (SMTP.matcher(text).find()) {
            return Optional.of(Reason.BOUNCED);
        }
        Set<Concept> found = EnumSet.noneOf(Concept.class);
        Vocabulary.concepts(Vocabulary.plain(text)).forEach(found::addAll);
        if (found.contains(Concept.BOUNCED) || found.contains(Concept.SOFT)) {
            return Optional.of(Reason.BOUNCED);
        }
        found.retainAll(Concept.OPTED_OUT);
        return found.isEmpty() ? Optional.empty() : Optional.of(ValueReader.strongest(found));
    }
}
