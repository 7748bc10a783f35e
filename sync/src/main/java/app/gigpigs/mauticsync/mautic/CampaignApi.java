package app.gigpigs.mauticsync.mautic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Campaigns, as far as they send e-mails to people with do-not-contact. Reads only. */
public final class CampaignApi {
    private final ApiCalls calls;

    CampaignApi(ApiCalls calls) {
        this.calls = calls;
    }

    /**
     * The events of published campaigns whose e-mail is marked as transactional: Mautic sends those to contacts with
     * do-not-contact, too (the mark was seen on 4.4.10 and 7.0.0).
     */
    public List<TransactionalMail> transactional() {
        List<TransactionalMail> mails = new ArrayList<>();
        calls.pages("/api/campaigns", "campaigns", campaign -> {
            if (campaign.path("isPublished").asBoolean()) {
                campaign.path("events").forEach(event -> {
                    if (isTransactional(event)) {
                        mails.add(new TransactionalMail(
                                campaign.path("name").asText(""),
                                campaign.path("id").asLong(),
                                event.path("name").asText("")));
                    }
                });
            }
        });
        return mails;
    }

    private static boolean isTransactional(JsonNode event) {
        return event.path("type").asText("").equals("email.send")
                && event.path("properties").path("email_type").asText("").equals("transactional");
    }

    /** One that ignores do-not-contact: the campaign with its id, and the name of the event in it. */
    public record TransactionalMail(String campaign, long campaignId, String event) {}
}
