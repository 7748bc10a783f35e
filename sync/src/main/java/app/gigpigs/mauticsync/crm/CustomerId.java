package app.gigpigs.mauticsync.crm;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.UUID;

/**
 * The key of a customer in the CRM: a UUID, in lower case, as Postgres writes it. The natural order is the order of the
 * text, which is Postgres' order of UUIDs; {@link UUID#compareTo} has another one.
 */
public record CustomerId(@JsonValue String value) implements Comparable<CustomerId> {
    private static final int LENGTH = 36;

    /**
     * Takes the text as Postgres writes it.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    public CustomerId {
        if (!valid(value)) {
            throw new IllegalArgumentException(
                    "\"" + value + "\" is no customer's id, such as 123e4567-e89b-42d3-a456-426614174000");
        }
    }

    public static CustomerId of(UUID id) {
        return new CustomerId(id.toString());
    }

    /**
     * Reads what people and Mautic write: in any case.
     *
     * @throws IllegalArgumentException when it is no id, also when a group of digits is shortened, which Postgres would
     *     not know again
     */
    public static CustomerId parse(String text) {
        return new CustomerId(text.toLowerCase(Locale.ROOT));
    }

    private static boolean valid(String text) {
        if (text.length() != LENGTH) {
            return false;
        }
        for (int at = 0; at < LENGTH; at++) {
            char c = text.charAt(at);
            boolean dash = at == 8 || at == 13 || at == 18 || at == 23;
            if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(CustomerId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
