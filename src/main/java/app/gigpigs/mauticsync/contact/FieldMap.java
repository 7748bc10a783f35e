package app.gigpigs.mauticsync.contact;

import static app.gigpigs.mauticsync.contact.FieldKind.BOOLEAN;
import static app.gigpigs.mauticsync.contact.FieldKind.COUNTRY;
import static app.gigpigs.mauticsync.contact.FieldKind.DATETIME;
import static app.gigpigs.mauticsync.contact.FieldKind.EMAIL;
import static app.gigpigs.mauticsync.contact.FieldKind.ID;
import static app.gigpigs.mauticsync.contact.FieldKind.NUMBER;
import static app.gigpigs.mauticsync.contact.FieldKind.SELECT;
import static app.gigpigs.mauticsync.contact.FieldKind.STATE;
import static app.gigpigs.mauticsync.contact.FieldKind.TEXT;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Every synced field, once. All of them belong to the CRM: what Mautic's people write there is overwritten. */
public record FieldMap(List<MappedField> fields) {
    /** Mautic's field that holds the customer's id. */
    public static final String SUPABASE_ID = "supabase_id";
    /** Mautic's field for the consent, and the view's column. */
    public static final String MARKETING_OPT_IN = "marketing_opt_in";
    /** The view's column with the names of the customer's segments. */
    public static final String SEGMENTS_COLUMN = "customer_segments";

    /** Counts up whenever the same row of the CRM would be sent differently, so that everything is sent again. */
    private static final int NORMALISER_VERSION = 1;

    /** The mapping of the original design: 11 standard fields of Mautic and 10 custom ones. */
    public static final FieldMap DEFAULT = new FieldMap(List.of(
            new MappedField("email", "email", EMAIL),
            new MappedField("first_name", "firstname", TEXT),
            new MappedField("last_name", "lastname", TEXT),
            new MappedField("mobile", "mobile", TEXT),
            new MappedField("landline", "phone", TEXT),
            new MappedField("address_line1", "address1", TEXT),
            new MappedField("address_line2", "address2", TEXT),
            new MappedField("suburb", "city", TEXT),
            new MappedField("state", "state", STATE),
            new MappedField("postcode", "zipcode", TEXT),
            new MappedField("country", "country", COUNTRY),
            new MappedField("id", SUPABASE_ID, ID),
            new MappedField("customer_segment", "customer_segment", SELECT),
            new MappedField("lead_score", "lead_score", NUMBER),
            new MappedField("total_orders", "total_orders", NUMBER),
            new MappedField("total_spent", "total_spent", NUMBER),
            new MappedField("last_order_date", "last_order_date", DATETIME),
            new MappedField("last_event_name", "last_event_name", TEXT),
            new MappedField("preferred_venue", "preferred_venue", TEXT),
            new MappedField(MARKETING_OPT_IN, MARKETING_OPT_IN, BOOLEAN),
            new MappedField("customer_since", "customer_since", DATETIME)));

    public FieldMap {
        fields = List.copyOf(fields);
    }

    /** Changes when the mapping or the way values are prepared changes; part of every customer's hash. */
    public String fingerprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((NORMALISER_VERSION + " " + fields).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
