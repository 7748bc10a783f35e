package app.gigpigs.mauticsync.consent.suppression.list;

import java.util.EnumSet;
import java.util.Set;

/** What a phrase of a header or a value is about; vocabulary.tsv has the phrases. */
enum Concept {
    UNSUBSCRIBED,
    BOUNCED,
    COMPLAINT,
    BLOCKED,
    SUBSCRIBED,
    ACTIVE,
    ENGAGED,
    SOFT,
    PENDING,
    EITHER,
    SUBSCRIPTION,
    NOT,
    NEVER,
    NO_LONGER,
    YES,
    NO,
    EMPTY,
    MAIL,
    RECIPIENT,
    SENDER,
    CHANNEL,
    STATUS,
    REASON,
    DATE,
    KIND,
    TEXT,
    NEUTRAL,
    FILLER;

    static final Set<Concept> OPTED_OUT = EnumSet.of(UNSUBSCRIBED, BOUNCED, COMPLAINT, BLOCKED);
    static final Set<Concept> NEGATION = EnumSet.of(NOT, NEVER, NO_LONGER);
    static final Set<Concept> DECISION =
            EnumSet.of(UNSUBSCRIBED, BOUNCED, COMPLAINT, BLOCKED, SUBSCRIBED, ACTIVE, ENGAGED, PENDING, EITHER);
    static final Set<Concept> MAILABLE = EnumSet.of(SUBSCRIBED, ACTIVE, ENGAGED);
}
