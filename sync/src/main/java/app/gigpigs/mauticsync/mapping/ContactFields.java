package app.gigpigs.mauticsync.mapping;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a customer's contact should hold in Mautic. Pure: the same customer and rules give the same fields.
 *
 * <p>A value that Mautic would reject is left out, with a warning, because Mautic rejects the whole contact for one
 * bad value (seen on 5.1.0: state "NSW" is a 400), and an opt-out must never be lost for the sake of a country name.
 *
 * @param values alias to String, BigDecimal, Boolean or null; null means blank
 * @param warnings what was left out and why, without the value
 */
public record ContactFields(Map<String, @Nullable Object> values, List<String> warnings) {
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'+00:00'").withZone(ZoneOffset.UTC);
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,30}(\\.\\d{1,30})?");
    /** MySQL's datetime begins and ends here. */
    private static final Instant EARLIEST = Instant.parse("1000-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    public ContactFields {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        warnings = List.copyOf(warnings);
    }

    /** Prepares a customer's values for this Mautic. */
    public static ContactFields of(Customer customer, FieldMap map, FieldRules rules) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        List<String> warnings = new ArrayList<>();
        String country = countryColumn(customer, map);
        for (MappedField field : map.fields()) {
            String text = customer.columns().get(field.column());
            if (text == null || text.isBlank()) {
                values.put(field.alias(), null);
                continue;
            }
            Optional<Object> value = value(field, text.strip(), country, rules);
            value.ifPresentOrElse(
                    usable -> values.put(field.alias(), usable), () -> warnings.add(leftOut(field, text, rules)));
        }
        return new ContactFields(values, warnings);
    }

    /** The same fields without those aliases, because Mautic has just rejected them. */
    public ContactFields without(Map<String, List<String>> rejected) {
        Map<String, @Nullable Object> kept = new LinkedHashMap<>(values);
        List<String> told = new ArrayList<>(warnings);
        rejected.forEach((alias, message) -> {
            kept.remove(alias);
            told.add(alias + " left out, Mautic rejects its value: " + String.join(" ", message));
        });
        return new ContactFields(kept, told);
    }

    /** The same fields without those aliases, for the reason given. */
    public ContactFields without(Set<String> aliases, String warning) {
        Map<String, @Nullable Object> kept = new LinkedHashMap<>(values);
        kept.keySet().removeAll(aliases);
        return new ContactFields(kept, warnings).withWarning(warning);
    }

    /** The same fields with one more thing to tell about them. */
    public ContactFields withWarning(String warning) {
        List<String> told = new ArrayList<>(warnings);
        told.add(warning);
        return new ContactFields(values, told);
    }

    /**
     * Numbers with an absolute value below one, and texts that read as one, such as "0": PATCH and POST drop them from
     * an existing contact (seen on 5.1.0: 5 stays 5 when 0 is sent).
     */
    public Map<String, Object> smallNumbers() {
        Map<String, Object> small = new LinkedHashMap<>();
        values.forEach((alias, value) -> {
            if (value != null && isSmall(value)) {
                small.put(alias, value);
            }
        });
        return small;
    }

    private static boolean isSmall(Object value) {
        if (value instanceof String text) {
            return beginsLikeNumber(text) && NUMBER.matcher(text).matches() && isSmall(new BigDecimal(text));
        }
        return value instanceof BigDecimal number && number.abs().compareTo(BigDecimal.ONE) < 0;
    }

    /** Most texts do not, and every one of every contact is asked. */
    private static boolean beginsLikeNumber(String text) {
        char first = text.isEmpty() ? ' ' : text.charAt(0);
        return (first >= '0' && first <= '9') || first == '-' || first == '+';
    }

    /** The e-mail address as it is sent. */
    public String email() {
        return String.valueOf(values.get("email"));
    }

    private static Optional<Object> value(MappedField field, String text, @Nullable String country, FieldRules rules) {
        return switch (field.kind()) {
            case EMAIL, ID -> Optional.of(text);
            case TEXT -> rules.fits(field.alias(), text) ? Optional.of(text) : Optional.empty();
            case SELECT -> rules.choice(field.alias(), text).map(Object.class::cast);
            case COUNTRY -> rules.places().country(text).map(Object.class::cast);
            case STATE -> rules.places().state(text, country).map(Object.class::cast);
            case NUMBER -> number(text);
            case DATETIME -> datetime(text);
            case BOOLEAN -> Optional.of(Boolean.valueOf(text));
        };
    }

    private static Optional<Object> number(String text) {
        try {
            BigDecimal number = new BigDecimal(text);
            return Double.isFinite(number.doubleValue()) ? Optional.of(number) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty(); // NaN and Infinity are numbers to Postgres, not to JSON
        }
    }

    private static Optional<Object> datetime(String epochSeconds) {
        try {
            Instant instant = Instant.ofEpochSecond(new BigDecimal(epochSeconds)
                    .setScale(0, java.math.RoundingMode.FLOOR)
                    .longValueExact());
            return instant.isBefore(EARLIEST) || instant.isAfter(LATEST)
                    ? Optional.empty()
                    : Optional.of(UTC.format(instant));
        } catch (ArithmeticException | java.time.DateTimeException | NumberFormatException e) {
            return Optional.empty(); // infinity, or far outside any calendar
        }
    }

    private static @Nullable String countryColumn(Customer customer, FieldMap map) {
        for (MappedField field : map.fields()) {
            if (field.kind() == FieldKind.COUNTRY) {
                return customer.columns().get(field.column());
            }
        }
        return null;
    }

    private static String leftOut(MappedField field, String text, FieldRules rules) {
        String reason = switch (field.kind()) {
            case TEXT ->
                "longer than Mautic's " + rules.lengths().get(field.alias()) + " characters (it has "
                        + text.strip().codePointCount(0, text.strip().length()) + ")";
            case SELECT -> "not one of " + rules.choices().get(field.alias());
            case COUNTRY -> "no country that Mautic knows";
            case STATE -> "no region that Mautic knows, or not a clear one without a country";
            case NUMBER -> "not a finite number";
            case DATETIME -> "outside the years 1000 to 9999";
            case EMAIL, ID, BOOLEAN -> "unusable";
        };
        return field.alias() + " left out: " + reason;
    }
}
