package app.gigpigs.mauticsync.simulator;

import static app.gigpigs.mauticsync.simulator.ContactJson.quoted;

import java.util.ArrayList;
import java.util.List;

/** Writes e-mails as Mautic does. The read count stays 0, as in all recordings. */
final class MailJson {
    private static final String DYNAMIC =
            "[{\"tokenName\":\"Dynamic Content 1\",\"content\":\"Default Dynamic Content\",\"filters\":[{\"content\":null,\"filters\":[{\"glue\":null,\"field\":null,\"object\":null,\"type\":\"Symfony\\\\Component\\\\Form\\\\Extension\\\\Core\\\\Type\\\\TextType\",\"operator\":null,\"display\":null,\"filter\":null}]}]}]";

    private final SegmentStore segments;
    private final MauticVersion version;

    MailJson(SegmentStore segments, MauticVersion version) {
        this.version = version;
        this.segments = segments;
    }

    /** With its creator and time. */
    String full(Mail mail) {
        String created = quoted(Time.json(mail.created));
        return "{\"isPublished\":true,\"dateAdded\":" + created + ",\"dateModified\":" + created
                + ",\"createdBy\":null,\"createdByUser\":\"crm-sync [1]\",\"modifiedBy\":null,\"modifiedByUser\":"
                + (version.datesCreation() ? quoted(ConsentChanges.API) : null) + "," + content(mail) + "}";
    }

    /** As part of another object. */
    String brief(Mail mail) {
        return "{" + content(mail) + "}";
    }

    private String content(Mail mail) {
        return "\"id\":" + mail.id + ",\"name\":" + quoted(mail.text.name()) + ",\"subject\":"
                + quoted(mail.text.subject())
                + ",\"language\":\"en\",\"category\":null,\"fromAddress\":null,\"fromName\":null,\"replyToAddress\":null,\"bccAddress\":null,\"useOwnerAsMailer\":null,\"utmTags\":{\"utmSource\":null,\"utmMedium\":null,\"utmCampaign\":null,\"utmContent\":null},\"customHtml\":"
                + quoted(mail.text.html()) + ",\"plainText\":null,\"template\":null,\"emailType\":"
                + quoted(mail.text.type())
                + ",\"publishUp\":null,\"publishDown\":null," + ofVersion() + "\"readCount\":0,\"sentCount\":"
                + mail.sent()
                + ",\"revision\":1,\"assetAttachments\":[],\"variantStartDate\":null,\"variantSentCount\":0,\"variantReadCount\":0,\"variantParent\":null,\"variantChildren\":[],\"translationParent\":null,\"translationChildren\":[],\"unsubscribeForm\":null,\"dynamicContent\":"
                + DYNAMIC + ",\"lists\":" + lists(mail) + ",\"headers\":[]";
    }

    private String ofVersion() {
        return switch (version) {
            case V4_4 -> "";
            case V5_1 -> "\"publicPreview\":false,";
            case V7_0 -> "\"publicPreview\":false,\"preheaderText\":null,\"projects\":[],";
        };
    }

    private String lists(Mail mail) {
        List<String> lists = new ArrayList<>();
        for (long id : mail.segments) {
            SegmentStore.Stored segment = segments.get(id);
            if (segment != null) {
                lists.add("{\"createdByUser\":\"crm-sync [1]\",\"modifiedByUser\":null,\"id\":" + id + ",\"name\":"
                        + quoted(segment.name()) + ",\"publicName\":" + quoted(segment.name()) + ",\"alias\":"
                        + quoted(segment.alias()) + ",\"description\":null,\"category\":null}");
            }
        }
        return "[" + String.join(",", lists) + "]";
    }
}
