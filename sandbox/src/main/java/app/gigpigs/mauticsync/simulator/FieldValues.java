package app.gigpigs.mauticsync.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** How Mautic handles a value, as seen: cleaned, converted, rejected or ignored without an error. Pure. */
final class FieldValues {
    static final DateTimeFormatter STORED = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final String INVALID = "This value is not valid.";
    private static final Pattern EMAIL = Pattern.compile(
            "[^@\\s]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]");
    private static final Set<String> COUNTRIES = new HashSet<>();
    private static final Set<String> REGIONS = new HashSet<>();

    static {
        loadChoices();
    }

    private FieldValues() {}

    /** The value to store, or the reason for its rejection; if both are empty, the value is ignored. */
    record Reading(Optional<Object> kept, Optional<String> rejection) {
        static Reading of(Object value) {
            return new Reading(Optional.of(value), Optional.empty());
        }

        static Reading ignored() {
            return new Reading(Optional.empty(), Optional.empty());
        }

        static Reading rejected(String message) {
            return new Reading(Optional.empty(), Optional.of(message));
        }
    }

    static Reading read(Field field, Object sent) {
        return switch (field.type()) {
            case "number" -> number(field, sent);
            case "boolean" -> bool(sent);
            case "datetime" -> datetime(sent);
            case "email" -> email(String.valueOf(sent));
            case "select" -> select(field, clean(sent));
            case "country" -> chosen(COUNTRIES.contains(clean(sent)), clean(sent));
            case "region" -> chosen(REGIONS.contains(clean(sent)), clean(sent));
            default -> text(field, clean(sent));
        };
    }

    /** A value of the list that is too long for the column is rejected like any text. */
    private static Reading select(Field field, String text) {
        return field.shape().choices().contains(text) ? text(field, text) : Reading.rejected(INVALID);
    }

    private static Reading chosen(boolean known, String text) {
        return known ? Reading.of(text) : Reading.rejected(INVALID);
    }

    private static Reading text(Field field, String text) {
        int limit = field.shape().limit();
        if (limit > 0 && text.codePointCount(0, text.length()) > limit) {
            return Reading.rejected("This value is too long. It should have " + limit + " characters or less.");
        }
        return Reading.of(text);
    }

    private static Reading number(Field field, Object sent) {
        try {
            BigDecimal number = sent instanceof Boolean flag
                    ? (flag ? BigDecimal.ONE : BigDecimal.ZERO)
                    : new BigDecimal(String.valueOf(sent).strip());
            int scale = field.shape().scale();
            // A field without decimals stores them, too, and cuts them when it is read.
            return Reading.of(scale == 0 ? number : number.setScale(scale, RoundingMode.HALF_EVEN));
        } catch (NumberFormatException e) {
            return Reading.rejected(INVALID);
        }
    }

    private static Reading bool(Object sent) {
        return Reading.of(
                Set.of("true", "1", "yes").contains(String.valueOf(sent).toLowerCase(java.util.Locale.ROOT)));
    }

    /** Seconds are dropped, an offset is converted, an unreadable value is ignored without an error. */
    private static Reading datetime(Object sent) {
        String text = String.valueOf(sent).strip().replace(' ', 'T');
        try {
            LocalDateTime utc;
            if (text.matches("\\d{4}-\\d\\d-\\d\\d")) {
                utc = LocalDate.parse(text).atStartOfDay();
            } else if (text.matches(".*(Z|[+-]\\d\\d:?\\d\\d)$")) {
                utc = OffsetDateTime.parse(text)
                        .withOffsetSameInstant(ZoneOffset.UTC)
                        .toLocalDateTime();
            } else {
                utc = LocalDateTime.parse(text);
            }
            return Reading.of(STORED.format(utc.withSecond(0).withNano(0)));
        } catch (DateTimeException e) {
            return Reading.ignored();
        }
    }

    private static Reading email(String sent) {
        String clean = sent.replaceAll("[^A-Za-z0-9!#$%&'*+\\-=?^_`{|}~@.\\[\\]]", "");
        boolean valid = EMAIL.matcher(clean).matches()
                && !clean.contains("..")
                && !clean.startsWith(".")
                && !clean.contains(".@");
        return valid || clean.isEmpty() ? Reading.of(clean) : Reading.rejected(clean + " is invalid.");
    }

    /** Tags are removed, entities are decoded once, the rest is trimmed. */
    static String clean(Object sent) {
        String text = String.valueOf(sent)
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&")
                .replace("&quot;", "\"")
                .replace("&#39;", "'");
        return text.replaceAll("<[^>]*>", "")
                .replaceAll("<[^>]*$", "")
                .replace("\u200f", "")
                .strip();
    }

    private static void loadChoices() {
        try (var in = Objects.requireNonNull(
                        FieldValues.class.getClassLoader().getResourceAsStream("simulator/choices.tsv"));
                var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            reader.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .forEach(row -> {
                        if (row[0].equals("country")) {
                            COUNTRIES.add(row[1]);
                        } else {
                            REGIONS.add(row[2]);
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
