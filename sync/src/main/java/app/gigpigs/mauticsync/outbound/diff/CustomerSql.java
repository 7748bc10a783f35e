package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.MappedField;
import app.gigpigs.mauticsync.mapping.Mapping;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * The CRM's names in SQL: its view, a customer's id, address and columns, and the hash of all that decides what is sent.
 * The view's alias is v in every statement. Pure text.
 *
 * <p>Times go into the hash as seconds and numbers without trailing zeros, because their text depends on the session's
 * time zone and on how a sum was computed; the row constructor keeps null and empty apart.
 */
public final class CustomerSql {
    /** {@link Consent#sentAs()} of the column c.consent. */
    private static final String SENT_AS = "case when c.consent is null then 'mailable' when c.consent in ("
            + Arrays.stream(Consent.values())
                    .filter(Consent::optedOut)
                    .map(one -> "'" + one.code() + "'")
                    .collect(Collectors.joining(", "))
            + ") then 'opted_out' else 'do_not_contact' end";

    private final Mapping mapping;
    private final String email;
    private final String id;
    private final String hash;

    public CustomerSql(Mapping mapping) {
        this.mapping = mapping;
        this.email = "nullif(" + EmailAddress.trimmedSql(column("email")) + ", '')";
        this.id = column(FieldMap.SUPABASE_ID);
        this.hash = hash();
    }

    /** Fills the names in angle brackets into a statement. */
    <S extends SqlStatement<S>> S define(S statement) {
        return statement
                .define("view", mapping.crm().view().sql())
                .define("id", id)
                .define("email", email)
                .define("email_key", "nullif(" + EmailAddress.sql(column("email")) + ", '')")
                .define("raw_email", column("email"))
                .define("opt_in", column(FieldMap.MARKETING_OPT_IN))
                .define("hash", hash)
                .define("columns", columns())
                .define("segments", "v." + quoted(mapping.segments().column()))
                .define("synced_key", EmailAddress.sql("st.synced_email"))
                .define("usable", EmailAddress.usableSql("o.email_key"))
                .define("sent_as", SENT_AS);
    }

    /** Every customer's hash and address: what any diff has to compute, and the measure of ours. */
    public String hashes() {
        return "select %s as customer_id, %s as email, %s as hash from %s v"
                .formatted(id, email, hash, mapping.crm().view().sql());
    }

    private String columns() {
        return mapping.fields().fields().stream()
                .map(field -> text(field) + " as " + quoted("c_" + field.column()))
                .collect(Collectors.joining(",\n       "));
    }

    private String hash() {
        String values = mapping.fields().fields().stream().map(this::text).collect(Collectors.joining(", "));
        return "encode(sha256(convert_to(row('%s', %s, %s)::text, 'UTF8')), 'hex')"
                .formatted(mapping.fingerprint(), values, sortedSegments());
    }

    /** Sorting costs a subquery a row; most customers have one segment and need none. */
    private String sortedSegments() {
        String segments = "v." + quoted(mapping.segments().column()) + "::text[]";
        return "case when coalesce(cardinality(%1$s), 0) < 2 then %1$s else array(select distinct name collate \"C\" from unnest(%1$s) as name order by 1) end"
                .formatted(segments);
    }

    private String text(MappedField field) {
        String column = "v." + quoted(field.column());
        return switch (field.kind().postgresType()) {
            case TEXT -> field.alias().equals("email") ? email : column + "::text";
            case UUID, BOOLEAN -> column + "::text";
            case NUMBER -> "trim_scale(" + column + "::numeric)::text";
            case TIME -> "extract(epoch from " + column + ")::text";
        };
    }

    private String column(String alias) {
        return "v." + quoted(mapping.fields().column(alias));
    }

    private static String quoted(String column) {
        return ColumnName.quoted(column);
    }
}
