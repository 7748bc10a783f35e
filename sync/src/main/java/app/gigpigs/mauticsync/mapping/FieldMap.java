package app.gigpigs.mauticsync.mapping;

import static app.gigpigs.mauticsync.mapping.FieldKind.BOOLEAN;
import static app.gigpigs.mauticsync.mapping.FieldKind.COUNTRY;
import static app.gigpigs.mauticsync.mapping.FieldKind.DATETIME;
import static app.gigpigs.mauticsync.mapping.FieldKind.EMAIL;
import static app.gigpigs.mauticsync.mapping.FieldKind.ID;
import static app.gigpigs.mauticsync.mapping.FieldKind.NUMBER;
import static app.gigpigs.mauticsync.mapping.FieldKind.SELECT;
import static app.gigpigs.mauticsync.mapping.FieldKind.STATE;
import static app.gigpigs.mauticsync.mapping.FieldKind.TEXT;

import app.gigpigs.mauticsync.crm.ColumnName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Every synced field, once. All of them belong to the CRM: what Mautic's people write there is overwritten. */
public record FieldMap(List<MappedField> fields) {
    /** Mautic's field that holds the customer's id. */
    public static final String SUPABASE_ID = "supabase_id";
    /** Mautic's field for the consent. */
    public static final String MARKETING_OPT_IN = "marketing_opt_in";
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
        Set<String> aliases = new HashSet<>();
        for (MappedField field : fields) {
            ColumnName.check(field.column());
            if (!aliases.add(field.alias())) {
                throw new IllegalArgumentException("Mautic's field " + field.alias() + " is mapped twice");
            }
        }
        require(fields, "email", EMAIL);
        require(fields, SUPABASE_ID, ID);
        require(fields, MARKETING_OPT_IN, BOOLEAN);
    }

    private static void require(List<MappedField> fields, String alias, FieldKind kind) {
        if (fields.stream().noneMatch(field -> field.alias().equals(alias) && field.kind() == kind)) {
            throw new IllegalArgumentException("the mapping needs Mautic's field " + alias + ", of kind "
                    + kind.name().toLowerCase(java.util.Locale.ROOT) + ": nothing can be synced without it");
        }
    }

    /** The view's column that fills the given field of Mautic. */
    public String column(String alias) {
        return fields.stream()
                .filter(field -> field.alias().equals(alias))
                .map(MappedField::column)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no field " + alias));
    }
}
