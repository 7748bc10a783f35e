package app.gigpigs.mauticsync.explain;

import app.gigpigs.mauticsync.explain.CustomerView.FieldView;
import app.gigpigs.mauticsync.mapping.FieldChange;
import app.gigpigs.mauticsync.mapping.FieldKind;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.MappedField;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.outbound.diff.SourceRow;
import app.gigpigs.mauticsync.outbound.payload.ContactComparison;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares the fields of one customer on both sides. Pure.
 *
 * @param row the customer in the CRM, or null
 * @param write what would be sent now, or null
 * @param sent the values that were last sent, by field
 * @param contact the contact in Mautic, or null
 */
record FieldComparison(
        @Nullable SourceRow row,
        @Nullable ContactWrite write,
        Map<String, String> sent,
        @Nullable Contact contact) {

    List<FieldView> of(FieldMap fields) {
        return fields.fields().stream().map(this::of).toList();
    }

    private FieldView of(MappedField field) {
        String alias = field.alias();
        Object value = write == null ? null : write.fields().values().get(alias);
        return new FieldView(
                alias,
                row == null ? null : readable(field, row.customer().columns().get(field.column())),
                FieldChange.text(value),
                sent.get(alias),
                inMautic(alias, value));
    }

    private FieldView.Value inMautic(String alias, @Nullable Object value) {
        if (contact == null) {
            return new FieldView.Value(null, false);
        }
        boolean sends = write != null && write.fields().values().containsKey(alias);
        return new FieldView.Value(contact.text(alias), sends && !ContactComparison.same(alias, value, contact));
    }

    /** A time is stored in seconds since 1970; people read dates. */
    private static @Nullable String readable(MappedField field, @Nullable String text) {
        return field.kind() == FieldKind.DATETIME && text != null && text.matches("-?\\d{1,11}(\\.\\d+)?")
                ? Instant.ofEpochSecond(new BigDecimal(text).longValue()).toString()
                : text;
    }
}
