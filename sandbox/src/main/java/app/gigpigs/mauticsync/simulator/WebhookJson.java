package app.gigpigs.mauticsync.simulator;

import static app.gigpigs.mauticsync.simulator.ContactJson.date;
import static app.gigpigs.mauticsync.simulator.ContactJson.quoted;

import java.util.List;

/** The payloads of webhooks about contacts, in the recorded shapes, without their timestamp. */
final class WebhookJson {
    /** Fields that are repeated outside of "fields" when a segment changes, in that order. */
    private static final List<String> REPEATED = List.of(
            "title",
            "firstname",
            "lastname",
            "company",
            "position",
            "email",
            "phone",
            "mobile",
            "address1",
            "address2",
            "city",
            "state",
            "zipcode",
            "timezone",
            "country");

    private final FieldStore fields;
    private final ContactJson json;

    WebhookJson(FieldStore fields, ContactJson json) {
        this.fields = fields;
        this.json = json;
    }

    String contact(StoredContact contact) {
        StringBuilder out = new StringBuilder(12_000);
        json.writeWithoutAll(out, contact);
        return out.toString();
    }

    /** A new contact's fields have a different shape: as they were sent, not as they were read. */
    String created(StoredContact contact) {
        return "{\"contact\":" + asCreated(contact) + "}";
    }

    String createdWith(StoredContact contact, DoNotContacts.Change change) {
        return subscription(asCreated(contact), change);
    }

    private String asCreated(StoredContact contact) {
        StringBuilder out = new StringBuilder(10_000);
        ContactJson.head(out, contact, String.valueOf(contact.id));
        out.append(",\"fields\":{");
        for (String group : List.of("core", "social")) {
            out.append('"').append(group).append("\":{");
            String separator = "";
            for (Field field : fields.all()) {
                if (field.group().equals(group)) {
                    out.append(separator).append(asSent(field, contact));
                    separator = ",";
                }
            }
            out.append("},");
        }
        out.append("\"personal\":[],\"professional\":[]}");
        ContactJson.tail(out, contact, "null");
        return out.toString();
    }

    /** A visitor of whom Mautic just learnt who it is. */
    String identified(StoredContact contact) {
        StringBuilder out = new StringBuilder(10_000).append("{\"contact\":");
        ContactJson.head(out, contact, String.valueOf(contact.id));
        json.fields(out, contact);
        ContactJson.tail(out, contact, "null");
        return out.append('}').toString();
    }

    private String asSent(Field field, StoredContact contact) {
        // the database sets its default; Mautic's pages send it
        boolean unseen = field.alias().equals("points") && contact.author() != null;
        String value = unseen ? "null" : ContactJson.plain(field, contact.get(field.alias()));
        return quoted(field.alias()) + ":{\"id\":" + field.id() + ",\"group\":" + quoted(field.group()) + ",\"label\":"
                + quoted(field.label()) + ",\"alias\":" + quoted(field.alias()) + ",\"type\":" + quoted(field.type())
                + ",\"properties\":[],\"value\":" + value + ",\"normalizedValue\":"
                + (value.equals("null") ? fields.version().blank() : value) + "}";
    }

    String deleted(StoredContact contact) {
        StringBuilder out = new StringBuilder(12_000);
        out.append("{\"id\":").append(contact.id).append(",\"contact\":");
        ContactJson.head(out, contact, "null");
        json.fields(out, contact);
        ContactJson.tailOfDeleted(out, contact);
        return out.append('}').toString();
    }

    String subscription(StoredContact contact, DoNotContacts.Change change) {
        return subscription(contact(contact), change);
    }

    private static String subscription(String contact, DoNotContacts.Change change) {
        return "{\"contact\":" + contact + ",\"channel\":" + quoted(change.channel()) + ",\"old_status\":"
                + quoted(change.from()) + ",\"new_status\":" + quoted(change.to()) + "}";
    }

    String points(StoredContact contact, long by) {
        long before = Long.parseLong(ContactJson.points(contact));
        return "{\"contact\":" + contact(contact) + ",\"points\":{\"old_points\":" + before + ",\"new_points\":"
                + (before + by) + "}}";
    }

    String segment(StoredContact contact, SegmentStore.Stored segment, String action) {
        StringBuilder out = new StringBuilder(12_000).append("{\"contact\":");
        ContactJson.head(out, contact, String.valueOf(contact.id));
        for (String alias : REPEATED) {
            Object value = contact.get(alias);
            out.append(",\"").append(alias).append("\":").append(quoted(value == null ? null : value.toString()));
        }
        json.fields(out, contact);
        ContactJson.tail(out, contact, "[]");
        return out.append(",\"segment\":{\"isPublished\":true,\"dateAdded\":")
                .append(date(segment.added()))
                .append(",\"dateModified\":null,\"createdBy\":null,\"createdByUser\":\"crm-sync [1]\",")
                .append("\"modifiedBy\":null,\"modifiedByUser\":null,")
                .append(SegmentCalls.content(segment))
                .append("},\"action\":\"")
                .append(action)
                .append("\"}")
                .toString();
    }
}
