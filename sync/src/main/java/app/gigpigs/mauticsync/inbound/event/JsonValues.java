package app.gigpigs.mauticsync.inbound.event;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.PostgresJson;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Reads values from the JSON that PHP writes: numbers as text, an empty list where an object is expected, dates with and
 * without a time zone. A value that is missing or invalid is null. Pure.
 */
public final class JsonValues {
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");
    private static final int LONGEST_TEXT = 8_000;

    private JsonValues() {}

    /** The first of these that is an object. */
    static JsonNode object(JsonNode... candidates) {
        for (JsonNode candidate : candidates) {
            if (candidate.isObject()) {
                return candidate;
            }
        }
        return MissingNode.getInstance();
    }

    /** A positive whole number, written as a number or as text. */
    static @Nullable Long id(JsonNode node) {
        return id(node.isIntegralNumber() || node.isTextual() ? node.asText() : "");
    }

    /** The same, for a number written as text. */
    public static @Nullable Long id(String text) {
        if (!text.matches("0*[0-9]{1,18}")) {
            return null;
        }
        long id = Long.parseLong(text);
        return id > 0 ? Long.valueOf(id) : null;
    }

    static @Nullable String text(JsonNode node) {
        String text = node.isTextual() || node.isNumber() ? PostgresJson.text(node.asText()) : "";
        if (text.isBlank()) {
            return null;
        }
        return text.length() > LONGEST_TEXT ? PostgresJson.text(text.substring(0, LONGEST_TEXT)) : text;
    }

    /** A field of a webhook's contact ({@code fields.core.email.value}), or of a flat one ({@code email}). */
    static @Nullable String contactField(JsonNode contact, String alias) {
        for (JsonNode group : contact.path("fields")) {
            JsonNode field = group.path(alias);
            String value = text(field.isObject() ? field.path("value") : field);
            if (value != null) {
                return value;
            }
        }
        return text(contact.path(alias));
    }

    public static @Nullable CustomerId customer(@Nullable String text) {
        try {
            return text == null ? null : CustomerId.parse(text.strip());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * A time: ISO 8601 with an offset, "2026-11-23 23:50:44" in UTC, seconds since 1970, or PHP's object with a "date".
     * A time that no e-mail can have counts as missing.
     */
    static @Nullable Instant time(JsonNode node) {
        JsonNode value = node.isObject() ? node.path("date") : node;
        Instant time = value.isIntegralNumber() && value.canConvertToLong()
                ? ofSeconds(value.asLong())
                : value.isTextual() ? parsed(value.asText().strip()) : null;
        return time == null || time.isBefore(EARLIEST) || time.isAfter(LATEST) ? null : time;
    }

    private static @Nullable Instant ofSeconds(long seconds) {
        try {
            return Instant.ofEpochSecond(seconds);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static @Nullable Instant parsed(String text) {
        try {
            String iso = text.replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) ", "$1T");
            if (iso.matches(".*(Z|[+-]\\d{2}:?\\d{2})")) {
                String offset = iso.replaceFirst("([+-]\\d{2})(\\d{2})$", "$1:$2");
                return OffsetDateTime.parse(offset, DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                        .toInstant();
            }
            return LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
