package app.gigpigs.mauticsync.crm;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table or view of the CRM.
 *
 * @param schema its schema
 * @param name its name within the schema
 */
public record Relation(String schema, String name) {
    private static final Pattern QUALIFIED = Pattern.compile("(?:([^.]+)\\.)?([^.]+)");

    public Relation {
        ColumnName.check(schema);
        ColumnName.check(name);
    }

    /**
     * Reads "schema.name", or "name" in schema public.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static Relation parse(String text) {
        Matcher parts = QUALIFIED.matcher(text.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException("is \"" + text + "\"; write it as schema.name");
        }
        return new Relation(parts.group(1) == null ? "public" : parts.group(1), parts.group(2));
    }

    /** As SQL text: both parts quoted, so that upper case and reserved SQL keywords are taken as they are. */
    public String sql() {
        return ColumnName.quoted(schema) + "." + ColumnName.quoted(name);
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}
