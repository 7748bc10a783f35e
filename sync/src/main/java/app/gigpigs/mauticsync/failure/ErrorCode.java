package app.gigpigs.mauticsync.failure;

import static app.gigpigs.mauticsync.failure.ErrorCode.Fix.CONFIGURE;
import static app.gigpigs.mauticsync.failure.ErrorCode.Fix.NONE;
import static app.gigpigs.mauticsync.failure.ErrorCode.Fix.REPAIR;
import static app.gigpigs.mauticsync.failure.ErrorCode.Fix.WAIT;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can go wrong for a user. A code is in the log, in the run log, in JSON and in alerts, and has a section in
 * docs/troubleshooting.md with its title. Codes are searched for and written into other people's monitoring: a number is
 * never given to anything else. 1xx is the database, 2xx Mautic, 3xx runs and customers, 4xx webhooks and events, 5xx
 * consent, 6xx this program's own configuration.
 */
public enum ErrorCode {
    DATABASE_UNREACHABLE(101, WAIT, "the database cannot be reached"),
    DATABASE_HOST_UNKNOWN(102, CONFIGURE, "the host of the database is unknown"),
    DATABASE_LOGIN(103, CONFIGURE, "the database rejects the login"),
    DATABASE_TLS(104, CONFIGURE, "the connection to the database cannot be encrypted"),
    DATABASE_NAME(105, CONFIGURE, "the server has no such database"),
    DATABASE_READ_ONLY(106, REPAIR, "the database is read-only"),
    DATABASE_FULL(107, REPAIR, "the disk of the database is full"),
    DATABASE_BUSY(108, WAIT, "no connection to the database is free"),
    POOLER_PREPARED_STATEMENTS(109, CONFIGURE, "prepared statements do not work through a pooler"),
    POOLER_PARAMETER(110, CONFIGURE, "the pooler rejects a parameter of the URL"),
    DATABASE_PERMISSION(111, CONFIGURE, "the role may not do that in the database"),
    DATABASE_TIMEOUT(112, WAIT, "a statement took too long, or another one blocked it"),
    NOT_MIGRATED(113, CONFIGURE, "the tables of this program are missing or too old"),
    MIGRATION_FAILED(114, REPAIR, "the database rejects the migration"),
    DATABASE_ALMOST_FULL(115, REPAIR, "the database is almost full"),
    DATABASE_ERROR(119, WAIT, "a statement failed in the database"),

    MAUTIC_UNREACHABLE(201, WAIT, "Mautic cannot be reached"),
    MAUTIC_HOST_UNKNOWN(202, WAIT, "the host of Mautic is unknown"),
    MAUTIC_TLS(203, CONFIGURE, "the connection to Mautic cannot be encrypted"),
    MAUTIC_CREDENTIALS(204, CONFIGURE, "Mautic rejects the credentials"),
    MAUTIC_API_OFF(205, CONFIGURE, "Mautic's API is switched off"),
    MAUTIC_PERMISSION(206, CONFIGURE, "Mautic forbids a call"),
    MAUTIC_REDIRECT(207, CONFIGURE, "MAUTIC_URL is not the final address"),
    NOT_MAUTIC(208, CONFIGURE, "something else than Mautic's API answers"),
    MAUTIC_ERROR(209, WAIT, "Mautic answers with an error"),
    MAUTIC_SILENT(210, WAIT, "Mautic does not answer"),
    MAUTIC_RATE_LIMIT(211, WAIT, "Mautic limits its calls"),
    MAUTIC_TOKEN(212, CONFIGURE, "Mautic does not accept its own token"),
    MAUTIC_BLOCKED(213, CONFIGURE, "a firewall in front of Mautic blocks a call"),
    MAUTIC_TABLE(214, CONFIGURE, "Mautic does not show one of its tables"),
    MAUTIC_CALL(215, REPAIR, "Mautic rejects a call"),
    MAUTIC_INCOMPLETE(216, CONFIGURE, "a field or a segment in Mautic is missing or does not fit"),
    MAUTIC_OTHER(217, CONFIGURE, "this is a different Mautic"),
    MAUTIC_ALTERS(218, REPAIR, "Mautic does not hold what it was sent"),

    VIEW_UNUSABLE(301, CONFIGURE, "the view of the customers does not fit"),
    SAFETY_LIMIT(302, CONFIGURE, "the safety limit stopped the work"),
    RUN_LOST(303, WAIT, "another process took over"),
    RUN_ACTIVE(304, WAIT, "another process does this already"),
    RUN_DIED(305, WAIT, "the process ended before the run did"),
    STOPPED(306, NONE, "the process was asked to stop"),
    PAUSED(307, NONE, "runs are paused"),
    NO_CUSTOMER(308, CONFIGURE, "there is no such customer"),
    OUTBOUND_STALE(309, REPAIR, "no run went through for too long"),
    MANY_REJECTED(310, REPAIR, "Mautic rejects many customers"),
    ADDRESS_TAKEN(321, REPAIR, "another contact has the address"),
    DUPLICATE_CONTACTS(322, REPAIR, "contacts in Mautic must be merged"),
    VALUE_REJECTED(323, REPAIR, "Mautic rejects a value"),
    ADDRESS_ALTERED(324, REPAIR, "Mautic alters the address"),
    CONTACT_ALTERED(325, REPAIR, "Mautic alters the contact"),
    CONTACT_CHANGED(326, WAIT, "the contact was merged or deleted meanwhile"),
    OPT_OUT_MISSING(327, REPAIR, "an opt-out is not in Mautic"),
    SEGMENT_REJECTED(328, REPAIR, "Mautic rejects a segment membership"),
    CUSTOMER_UNDONE(329, NONE, "the customer was undone"),
    CUSTOMER_UNREADABLE(330, REPAIR, "a customer cannot be read"),

    DELIVERY_NOT_STORED(401, WAIT, "a delivery could not be stored"),
    DELIVERY_UNUSABLE(402, REPAIR, "a delivery cannot be processed"),
    CRM_REJECTS_EVENT(403, REPAIR, "the CRM rejects an event"),
    WEBHOOK_MISSING(404, CONFIGURE, "Mautic's webhook does not deliver"),
    WEBHOOK_UNSIGNED(405, CONFIGURE, "a webhook is not signed with our secret"),
    EVENTS_LOST(406, REPAIR, "events are missing"),
    MAUTIC_RESTORED(407, REPAIR, "Mautic has fewer rows than before"),
    SES_REJECTED(408, CONFIGURE, "a message of Amazon SES is not accepted"),
    INBOUND_STALE(409, REPAIR, "no event has reached the CRM for too long"),
    WEBHOOK_LOSES(410, REPAIR, "catch-up finds what webhooks should have brought"),
    EVENTS_TRUNCATED(411, WAIT, "the events were deleted with the customers"),

    HASH_KEY(501, CONFIGURE, "the key of the hashes does not fit"),
    LIST_UNUSABLE(502, CONFIGURE, "the list cannot be used"),
    OPT_IN_TIME(503, CONFIGURE, "nothing tells when a customer opted in"),
    ERASURE_WAITS(504, WAIT, "a person is blocked, but not erased yet"),
    UNSUBSCRIBE_SPIKE(505, NONE, "many people unsubscribed from one mail at once"),
    OPT_OUTS_DELAYED(506, REPAIR, "opt-outs in the CRM do not reach Mautic"),

    CONFIGURATION(601, CONFIGURE, "the configuration cannot be used"),
    FILE(603, CONFIGURE, "a file cannot be read or written"),
    ADDRESS_IN_USE(604, CONFIGURE, "the address to listen on is not free"),
    ALERT_NOT_SENT(605, REPAIR, "an alert could not be sent"),
    TEST(606, NONE, "this is a test"),
    DEFECT(699, REPAIR, "this program has a defect");

    private final int number;
    private final Fix fix;
    private final String title;

    ErrorCode(int number, Fix fix, String title) {
        this.number = number;
        this.fix = fix;
        this.title = title;
    }

    /** As it is written everywhere, such as MS-101. */
    public String id() {
        return "MS-" + number;
    }

    /** The code that is written like this; empty when there is none. */
    public static Optional<ErrorCode> of(@Nullable String id) {
        return Arrays.stream(values()).filter(code -> code.id().equals(id)).findFirst();
    }

    /** What it means, in short. */
    public String title() {
        return title;
    }

    public Fix fix() {
        return fix;
    }

    /** Whether it stays like this until somebody does something. */
    public boolean needsPerson() {
        return fix == REPAIR || fix == CONFIGURE;
    }

    /** What helps. */
    public enum Fix {
        /** Nothing is wrong. */
        NONE,
        /** It may pass; the next attempt goes on by itself. */
        WAIT,
        /** Somebody has to repair something, in the database, in the CRM or in Mautic. */
        REPAIR,
        /** Somebody has to correct a setting or to decide: a command's exit code is the one for wrong usage. */
        CONFIGURE
    }
}
