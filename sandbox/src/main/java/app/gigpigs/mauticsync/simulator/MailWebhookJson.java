package app.gigpigs.mauticsync.simulator;

import static app.gigpigs.mauticsync.simulator.ContactJson.date;
import static app.gigpigs.mauticsync.simulator.ContactJson.quoted;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The payloads of webhooks about e-mails and page hits, in the recorded shapes, without their timestamp. */
final class MailWebhookJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final FieldStore fields;
    private final ContactStore contacts;
    private final ContactJson json;
    private final MailJson mails;
    private final String origin;

    MailWebhookJson(FieldStore fields, ContactStore contacts, ContactJson json, MailJson mails, String origin) {
        this.fields = fields;
        this.contacts = contacts;
        this.json = json;
        this.mails = mails;
        this.origin = origin;
    }

    String opened(MailStat stat) {
        return "{\"stat\":{\"id\":" + stat.id + ",\"emailAddress\":" + quoted(stat.recipient.address())
                + ",\"ipAddress\":[],\"dateSent\":" + date(stat.origin.sent()) + ",\"isRead\":" + (stat.read() != null)
                + ",\"isFailed\":" + stat.failed() + ",\"dateRead\":" + date(stat.read())
                + ",\"retryCount\":0,\"source\":" + quoted(stat.origin.source()) + ",\"openCount\":" + stat.openCount()
                + ",\"lastOpened\":" + date(stat.lastOpened()) + ",\"sourceId\":" + stat.origin.sourceId()
                + ",\"trackingHash\":\"" + stat.hash() + "\",\"viewedInBrowser\":false,\"lead\":"
                + lead(stat.recipient.contactId()) + ",\"email\":" + mails.brief(stat.mail) + "}}";
    }

    String hit(PageHit hit) {
        Mail mail = hit.mail();
        return "{\"hit\":{\"id\":" + hit.id() + ",\"dateHit\":" + date(hit.at())
                + ",\"dateLeft\":null,\"page\":null,\"redirect\":" + (mail == null ? "null" : "[]") + ",\"email\":"
                + (mail == null ? "null" : mails.brief(mail)) + ",\"lead\":" + lead(hit.contactId())
                + ",\"ipAddress\":[],\"country\":null,\"region\":null,\"city\":null,\"isp\":null,\"organization\":null,\"code\":200,\"referer\":null,\"url\":"
                + quoted(hit.page().url()) + ",\"urlTitle\":null,\"userAgent\":"
                + quoted(hit.page().userAgent())
                + ",\"remoteHost\":null,\"pageLanguage\":null,\"browserLanguages\":[],\"trackingId\":\"h2ppt9z1sa7ec5t7uv5r55e\",\"source\":"
                + quoted(hit.source()) + ",\"sourceId\":" + hit.sourceId() + ",\"query\":"
                + map(hit.query(contacts.version())) + "}}";
    }

    /** A contact within another object; null when it is deleted. */
    private String lead(long contactId) {
        StoredContact contact = contacts.find(contactId);
        if (contact == null) {
            return "null";
        }
        StringBuilder out = new StringBuilder(10_000);
        out.append("{\"id\":").append(contact.id).append(",\"points\":").append(ContactJson.points(contact));
        out.append(",\"color\":null");
        json.fields(out, contact);
        return out.append('}').toString();
    }

    String sent(MailStat stat, StoredContact contact) {
        String html = "<html lang=\"en\"><head><title>" + stat.mail.text.subject() + "</title></head><body>"
                + "<img height=\"1\" width=\"1\" src=\"{tracking_pixel}\" alt=\"\" /></body></html>";
        String source = "[" + quoted(stat.origin.source()) + "," + stat.origin.sourceId() + "]";
        return "{\"email\":" + mails.full(stat.mail) + ",\"contact\":" + flat(contact)
                + ",\"contentHash\":\"84699842a902d367fa07506dcb1914f3\",\"idHash\":\"" + stat.hash()
                + "\",\"subject\":" + quoted(stat.mail.text.subject()) + ",\"source\":" + source
                + ",\"headers\":" + headers(stat) + ",\"content\":" + quoted(html) + ",\"tokens\":" + map(tokens(stat))
                + "}";
    }

    /** Since 5.x e-mails that are sent one by one have none. */
    private String headers(MailStat stat) {
        return contacts.version() == MauticVersion.V4_4
                ? "{\"List-Unsubscribe\":"
                        + quoted("<" + origin + PublicPages.unsubscribePath(stat, MauticVersion.V4_4) + ">") + "}"
                : "[]";
    }

    private String flat(StoredContact contact) {
        StringBuilder out = new StringBuilder("{\"id\":\"" + contact.id + "\"");
        for (Field field : fields.all()) {
            String value = field.alias().equals("points")
                    ? ContactJson.points(contact)
                    : ContactJson.plain(field, contact.get(field.alias()));
            out.append(",\"").append(field.alias()).append("\":").append(value);
        }
        return out.append(",\"companies\":[]}").toString();
    }

    private Map<String, Object> tokens(MailStat stat) {
        String bye = origin + PublicPages.unsubscribePath(stat, contacts.version());
        String view = origin + "/email/view/" + stat.hash();
        Map<String, Object> tokens = new LinkedHashMap<>();
        tokens.put("{dynamiccontent=\"Dynamic Content 1\"}", "Default Dynamic Content");
        tokens.put("{unsubscribe_text}", "<a href='" + bye + "'>Unsubscribe</a> to no longer receive emails from us.");
        tokens.put("{unsubscribe_url}", bye);
        if (contacts.version() == MauticVersion.V7_0) {
            tokens.put("{dnc_url}", bye.replace("/email/unsubscribe/", "/email/dnc/"));
            tokens.put("{resubscribe_url}", origin + "/email/resubscribe/" + stat.hash());
            tokens.put("{brand=name}", "Your Brand (configurable)");
        }
        tokens.put("{webview_text}", "<a href='" + view + "'>Having trouble reading this email? Click here.</a>");
        tokens.put("{webview_url}", view);
        tokens.put("{signature}", "");
        tokens.put("{subject}", stat.mail.text.subject());
        return tokens;
    }

    private static String map(@Nullable Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of text are JSON", e);
        }
    }
}
