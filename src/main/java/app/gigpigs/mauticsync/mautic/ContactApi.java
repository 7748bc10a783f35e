package app.gigpigs.mauticsync.mautic;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Calls about single contacts that take something away. Each may be repeated. Every method throws
 * {@link MauticUnavailable} or {@link MauticRejected} when the call is impossible.
 */
public final class ContactApi {
    private final ApiCalls calls;

    ContactApi(ApiCalls calls) {
        this.calls = calls;
    }

    /**
     * Deletes a contact with all that Mautic knows of it.
     *
     * @return false when Mautic does not have it any more
     */
    public boolean delete(long contactId) {
        return calls.found("DELETE", "/api/contacts/" + contactId + "/delete", null);
    }

    /**
     * Removes the do-not-contact entry for e-mail, whatever its reason: only for an entry that was just looked at.
     *
     * @return false when Mautic no longer has the contact
     */
    public boolean removeDoNotContact(long contactId) {
        return calls.found("POST", "/api/contacts/" + contactId + "/dnc/email/remove", null);
    }

    /** Whether any mail was ever sent to the contact, as far as Mautic keeps it. */
    public boolean everMailed(long contactId) {
        String path =
                "/api/stats/email_stats?" + ApiCalls.where("lead_id", "eq", String.valueOf(contactId)) + "&limit=1";
        JsonNode page = calls.json("GET", path, null);
        if (!page.has("stats")) { // the stats API reports its errors as 200 (seen on 5.1.0)
            throw new MauticRejected("Mautic does not tell which mails contact " + contactId + " got: "
                    + page.path("errors").path(0).path("message").asText("no stats in the answer"));
        }
        return !page.path("stats").isEmpty();
    }
}
