package app.gigpigs.mauticsync.inbound.event;

import app.gigpigs.mauticsync.consent.ledger.Reason;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something that people or their mail servers did: Mautic told of it by a webhook or a table, or Amazon SES did. */
public sealed interface Event {
    /** An event that becomes a row of customer_email_engagement. */
    sealed interface Recorded extends Event {
        /** Identifies the event however it arrives; made of Mautic's own ids. */
        String key();

        /** The value of event_type. */
        String type();

        EventDetails details();
    }

    /** A mail program loaded the tracking pixel of an e-mail, in this second. */
    record Open(long statId, Instant openedAt, EventDetails details) implements Recorded {
        @Override
        public String key() {
            return "open:" + statId + ":" + openedAt.getEpochSecond();
        }

        @Override
        public String type() {
            return "open";
        }
    }

    /** A person followed a link of an e-mail. */
    record Click(long hitId, @Nullable String url, EventDetails details) implements Recorded {
        @Override
        public String key() {
            return "click:" + hitId;
        }

        @Override
        public String type() {
            return "click";
        }
    }

    /**
     * An opt-out: by an unsubscribe link, by a one-click unsubscribe, or entered in Mautic.
     *
     * @param reason unsubscribed, or manual
     */
    record Unsubscribe(String key, Reason reason, EventDetails details) implements Recorded {
        @Override
        public String type() {
            return "unsubscribe";
        }
    }

    /** A do-not-contact entry of ours, for something that a person did: what it says is in the ledger, or was once. */
    record OwnEntry(String key, Reason reason, EventDetails details) implements Recorded {
        @Override
        public String type() {
            return "do_not_contact";
        }
    }

    /** A complaint: the person called an e-mail spam, which is an opt-out like any other. */
    record Complaint(String key, EventDetails details) implements Recorded {
        @Override
        public String type() {
            return "complaint";
        }
    }

    /** An e-mail bounced. It is counted once, however it is reported. */
    record Bounce(long statId, SentMail mail, EventDetails details) implements Recorded {
        public Bounce(long statId, EventDetails details) {
            this(statId, SentMail.UNKNOWN, details);
        }

        @Override
        public String key() {
            return "bounce:" + statId;
        }

        @Override
        public String type() {
            return "bounce";
        }
    }

    /**
     * A contact was set to bounced. It counts when it names the e-mail or says that the address is bad for good; else
     * when the e-mail that bounced was found. There may be none.
     */
    record BounceReport(String key, BounceSeverity severity, EventDetails details) implements Recorded {
        public BounceReport(String key, EventDetails details) {
            this(key, BounceSeverity.COUNTED, details);
        }

        /** Whether an e-mail bounced for sure. Over the API a contact may be set to bounced without one. */
        public boolean certain() {
            return details.email() != null || severity == BounceSeverity.PERMANENT;
        }

        @Override
        public String type() {
            return "bounce";
        }
    }

    /** Amazon SES reports that a mail to an address bounced. */
    record SesBounce(String key, BounceSeverity severity, SentMail mail, EventDetails details) implements Recorded {
        @Override
        public String type() {
            return severity == BounceSeverity.RECORDED ? "soft_bounce" : "bounce";
        }
    }

    /** A do-not-contact entry was removed. This is not an opt-in to marketing. */
    record Resubscribe(String key, EventDetails details) implements Recorded {
        @Override
        public String type() {
            return "resubscribe";
        }
    }

    /** Mautic deleted a contact, or merged it into a different one. Nothing is deleted in the CRM. */
    record ContactDeleted(long contactId, EventDetails details) implements Recorded {
        @Override
        public String key() {
            return "deleted:" + contactId;
        }

        @Override
        public String type() {
            return "contact_deleted";
        }
    }

    /**
     * Mautic saved a contact, perhaps one that its own form or import made.
     *
     * @param mailable whether it has no do-not-contact entry
     */
    record ContactSaved(ContactRef contact, boolean mailable) implements Event {}

    /** An event that does not concern the CRM. */
    record Ignored(String reason) implements Event {}

    /**
     * An event that this program should understand, but that lacks something.
     *
     * @param reason what is missing, without personal data
     */
    record Unreadable(String reason) implements Event {}
}
