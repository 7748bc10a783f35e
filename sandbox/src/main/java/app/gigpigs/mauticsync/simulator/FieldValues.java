package app.gigpigs.mauticsync.simulator;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** How Mautic handles a value, as seen: cleaned, converted, rejected or ignored without an error. Pure. */
final class FieldValues {
    static final DateTimeFormatter STORED = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final int LONGEST = 191;
    private static final Pattern EMAIL = Pattern.compile(
            "[^@\\s]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]");

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

    static Reading read(Field field, Object sent, MauticVersion version) {
        return switch (field.type()) {
            case "number" -> number(field, sent, version);
            case "boolean" -> bool(sent);
            case "datetime" -> datetime(sent, version);
            case "email" -> email(String.valueOf(sent));
            case "select" -> select(field, clean(sent), version);
            case "country" -> chosen(Choices.of(version).countries().contains(clean(sent)), clean(sent), version);
            case "region" -> chosen(Choices.of(version).regions().contains(clean(sent)), clean(sent), version);
            default -> text(field, clean(sent));
        };
    }

    /** A value of the list that is too long for the column is rejected like any text. */
    private static Reading select(Field field, String text, MauticVersion version) {
        return field.shape().choices().contains(text) ? text(field, text) : Reading.rejected(version.invalidChoice());
    }

    private static Reading chosen(boolean known, String text, MauticVersion version) {
        return known ? Reading.of(text) : Reading.rejected(version.invalidChoice());
    }

    private static Reading text(Field field, String text) {
        int limit = field.shape().limit();
        if (limit > 0 && text.codePointCount(0, text.length()) > limit) {
            // A plain text's check against the longest column comes first (seen).
            int told = field.is("text") && text.length() > LONGEST ? LONGEST : limit;
            return Reading.rejected("This value is too long. It should have " + told + " characters or less.");
        }
        return Reading.of(text);
    }

    private static Reading number(Field field, Object sent, MauticVersion version) {
        try {
            BigDecimal number = sent instanceof Boolean flag
                    ? (flag ? BigDecimal.ONE : BigDecimal.ZERO)
                    : new BigDecimal(String.valueOf(sent).strip());
            int scale = field.shape().scale();
            // A field without decimals stores them, too, and cuts them when it is read.
            return Reading.of(scale == 0 ? number : number.setScale(scale, RoundingMode.HALF_EVEN));
        } catch (NumberFormatException e) {
            return Reading.rejected(version.invalidNumber());
        }
    }

    private static Reading bool(Object sent) {
        return Reading.of(
                Set.of("true", "1", "yes").contains(String.valueOf(sent).toLowerCase(java.util.Locale.ROOT)));
    }

    /** In 5.1 seconds are dropped, an offset is converted, an unreadable value is ignored without an error. */
    private static Reading datetime(Object sent, MauticVersion version) {
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
            return Reading.of(STORED.format(version.keepsSeconds() ? utc : utc.withSecond(0)));
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
}
