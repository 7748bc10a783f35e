package app.gigpigs.mauticsync.consent;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything about the consent of one address. Contains personal data: for the terminal, never for the log. */
public record ConsentHistory(String address, Now now, List<Row> customers, List<Said> statements) {
    /**
     * What counts now.
     *
     * @param reason the one that decides, or null
     * @param because everything that was looked at
     */
    public record Now(boolean mailable, @Nullable String reason, List<String> because) {}

    /**
     * A row of the CRM that has the address.
     *
     * @param place the view, the tables of customers, or the table of addresses with its flag
     */
    public record Row(
            String place,
            @Nullable String customer,
            @Nullable Boolean optIn,
            @Nullable Validity validity) {}

    /** What the CRM's table of addresses says of it. */
    public record Validity(boolean valid, int bounces) {}

    /**
     * One statement.
     *
     * @param ended null while it stands
     */
    public record Said(
            String reason,
            String source,
            Times times,
            Shown shown,
            @Nullable Ended ended) {}

    /**
     * When.
     *
     * @param said by the clock of where it was said
     * @param recorded when this program learnt of it
     * @param erased whether the person was erased since: the evidence was deleted, too
     */
    public record Times(@Nullable Instant said, @Nullable Instant recorded, boolean erased) {}

    /**
     * The evidence, and which side shows the statement.
     *
     * @param crm done, pending, rejected, contradicted, not_needed
     * @param mautic done, pending, removing
     */
    public record Shown(
            Evidence evidence,
            String crm,
            String mautic,
            @Nullable String error) {}

    /**
     * Where it came from.
     *
     * @param event its key in customer_email_engagement
     * @param mail which mail, where the event names it
     * @param note the list and its line
     */
    public record Evidence(
            @Nullable String customer,
            @Nullable Long contact,
            @Nullable String event,
            @Nullable String mail,
            @Nullable String note) {}

    /** What ended it, who and why. */
    public record Ended(
            Instant at,
            String by,
            @Nullable String operator,
            @Nullable String why) {}
}
