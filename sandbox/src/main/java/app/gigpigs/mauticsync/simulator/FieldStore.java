package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.Field.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The contact fields, core and custom. Texts have 64 characters, as after a new installation; in 4.4 all have 191. */
final class FieldStore {
    private static final int USUAL = 64;
    private static final int LONGEST = 191;

    private final Map<String, Field> byAlias = new LinkedHashMap<>();
    private final MauticVersion version;
    private int nextId = 44;

    FieldStore(FieldSet set, MauticVersion version) {
        this.version = version;
        if (set != FieldSet.NONE) {
            boolean recorded = set == FieldSet.CRM_FIELDS_AS_RECORDED;
            custom(recorded ? USUAL : LONGEST, recorded ? null : "0");
        }
        core();
    }

    MauticVersion version() {
        return version;
    }

    private void custom(int limit, @Nullable String zero) {
        add("supabase_id", "Supabase ID", "text", new Shape(255, 0, List.of(), null, true));
        add(
                "customer_segment",
                "Customer Segment",
                "select",
                new Shape(64, 0, List.of("vip", "regular", "new", "inactive"), null, false));
        add("lead_score", "Lead Score", "number", Shape.number(0, zero));
        add("total_orders", "Total Orders", "number", Shape.number(0, zero));
        add("total_spent", "Total Spent", "number", Shape.number(2, zero));
        add("last_order_date", "Last Order Date", "datetime", Shape.text(0));
        add("last_event_name", "Last Event Name", "text", Shape.text(limit(limit)));
        add("preferred_venue", "Preferred Venue", "text", Shape.text(limit(limit)));
        add("marketing_opt_in", "Marketing Opt In", "boolean", Shape.text(0));
        add("customer_since", "Customer Since", "datetime", Shape.text(0));
    }

    private void core() {
        core(1, "title", "Title", "lookup", 64);
        core(2, "firstname", "First Name", "text", 64);
        core(3, "lastname", "Last Name", "text", 64);
        core(4, "company", "Primary company", "text", 64);
        core(5, "position", "Position", "text", 64);
        put(new Field(6, "email", "Email", "email", "core", new Shape(191, 0, List.of(), null, true)));
        core(7, "mobile", "Mobile", "tel", 64);
        core(8, "phone", "Phone", "tel", 64);
        put(new Field(9, "points", "Points", "number", "core", Shape.number(0, "0")));
        core(10, "fax", "Fax", "tel", 64);
        core(11, "address1", "Address Line 1", "text", 64);
        core(12, "address2", "Address Line 2", "text", 64);
        core(13, "city", "City", "text", 64);
        core(14, "state", "State", "region", 191);
        core(15, "zipcode", "Zip Code", "text", 64);
        core(16, "country", "Country", "country", 191);
        core(17, "preferred_locale", "Preferred Locale", "locale", 191);
        core(18, "timezone", "Preferred Timezone", "timezone", 191);
        core(19, "last_active", "Date Last Active", "datetime", 0);
        core(20, "attribution_date", "Attribution Date", "datetime", 0);
        put(new Field(21, "attribution", "Attribution", "number", "core", Shape.number(2, null)));
        core(22, "website", "Website", "url", 64);
        for (String alias : List.of("facebook", "foursquare", "instagram", "linkedin", "skype", "twitter")) {
            String label = Character.toUpperCase(alias.charAt(0)) + alias.substring(1);
            put(new Field(23 + byAlias.size() % 6, alias, label, "text", "social", Shape.text(191)));
        }
    }

    private void core(int id, String alias, String label, String type, int limit) {
        put(new Field(id, alias, label, type, "core", Shape.text(limit == 0 ? 0 : limit(limit))));
    }

    /** The length of a text for which that limit is wanted. */
    int limit(int wanted) {
        return version.longTexts() ? LONGEST : wanted;
    }

    synchronized Field add(String alias, String label, String type, Shape shape) {
        Field field = new Field(nextId++, alias, label, type, "core", shape);
        put(field);
        return field;
    }

    private void put(Field field) {
        byAlias.put(field.alias(), field);
    }

    synchronized @Nullable Field get(String alias) {
        return byAlias.get(alias);
    }

    synchronized Collection<Field> all() {
        return new ArrayList<>(byAlias.values());
    }

    synchronized void replace(Field field) {
        put(field);
    }

    /** The field's position, from 1. */
    synchronized int order(Field field) {
        return List.copyOf(byAlias.keySet()).indexOf(field.alias()) + 1;
    }

    synchronized void remove(String alias) {
        byAlias.remove(alias);
    }
}
