package app.gigpigs.mauticsync.inbound.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One thing that happened in Mautic, told by a webhook or found by catching up. */
public sealed interface Event {
    /** One that becomes a row of customer_email_engagement. */
    sealed interface Recorded extends Event {
        /** Names this event whichever way it arrives; made of Mautic's own ids. */
        String key();

        /** Its event_type. */
        String type();

        EventDetails details();
    }

    /** Somebody's mail program loaded a mail's pixel, in this second. */
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

    /** Somebody followed a link of a mail. */
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

    /** Somebody does not want mails any more, said by a link, by one click, or entered by a person in Mautic. */
    record Unsubscribe(String key, EventDetails details) implements Recorded {
        @Override
        public String type() {
            return "unsubscribe";
        }
    }

    /** One mail came back; counted once, whoever reports it. */
    record Bounce(long statId, EventDetails details) implements Recorded {
        @Override
        public String key() {
            return "bounce:" + statId;
        }

        @Override
        public String type() {
            return "bounce";
        }
    }

    /** A contact was set to bounced; which mail it was, if any, must be looked up before it counts. */
    record BounceReport(String key, EventDetails details) implements Recorded {
        @Override
        public String type() {
            return "bounce";
        }
    }

    /** A do-not-contact entry was removed; nobody's consent to marketing follows from that. */
    record Resubscribe(String key, EventDetails details) implements Recorded {
        @Override
        public String type() {
            return "resubscribe";
        }
    }

    /** A contact is gone from Mautic, deleted or merged into another; nothing of it is deleted in the CRM. */
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

    /** Nothing that concerns the CRM. */
    record Ignored(String reason) implements Event {}

    /**
     * One that should have been understood.
     *
     * @param reason what is missing, without anything personal
     */
    record Unreadable(String reason) implements Event {}
}
