package app.gigpigs.mauticsync.mautic;

import org.jspecify.annotations.Nullable;

/**
 * One entry of a contact's do-not-contact list.
 *
 * @param reason 1 unsubscribed, 2 bounced, 3 set by hand or over the API
 * @param emailId the mail whose unsubscribe link was used, or that bounced, as far as Mautic tells
 */
public record DoNotContact(
        long id,
        String channel,
        int reason,
        @Nullable String comments,
        @Nullable Long emailId) {
    /** Whether it keeps Mautic from sending e-mails. Mautic may leave a row with reason 0, which does not. */
    public boolean againstEmail() {
        return channel.equals("email") && reason > 0;
    }
}
