package app.gigpigs.mauticsync.mautic;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A contact as Mautic returns it.
 *
 * @param values its fields by alias (Mautic's {@code fields.all}), blanks included
 * @param doNotContact its do-not-contact entries
 */
public record Contact(long id, Map<String, @Nullable Object> values, List<DoNotContact> doNotContact) {
    public Contact {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        doNotContact = List.copyOf(doNotContact);
    }

    /** Whether no do-not-contact entry keeps Mautic from sending it e-mails. */
    public boolean mailable() {
        return doNotContact.stream().noneMatch(DoNotContact::againstEmail);
    }

    /** Its e-mail address, or null. */
    public @Nullable String email() {
        return text("email");
    }

    /** A field as text; null when it is blank. */
    public @Nullable String text(String alias) {
        Object value = values.get(alias);
        return value == null || value.toString().isEmpty() ? null : value.toString();
    }

    /** A field as a number; null when it is blank or not a number. */
    public @Nullable BigDecimal number(String alias) {
        String text = text(alias);
        try {
            return text == null ? null : new BigDecimal(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
