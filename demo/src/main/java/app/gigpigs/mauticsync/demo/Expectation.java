package app.gigpigs.mauticsync.demo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the contact of a customer of the reference CRM should hold, worked out from the rules and not with the sender's
 * code, so that one mistake cannot be in both.
 */
final class Expectation {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:00").withZone(ZoneOffset.UTC);
    private static final Set<String> SHORT = Set.of("address1", "zipcode", "phone", "mobile");
    private static final Map<String, String> COUNTRIES = Map.of(
            "au", "Australia",
            "aus", "Australia",
            "australia", "Australia",
            "uk", "United Kingdom",
            "nz", "New Zealand",
            "viet nam", "Vietnam");
    private static final Map<String, String> STATES = Map.of(
            "nsw", "New South Wales",
            "new south wales", "New South Wales",
            "vic", "Victoria",
            "qld", "Queensland",
            "wa", "Western Australia",
            "sa", "South Australia",
            "tas", "Tasmania",
            "act", "Australian Capital Territory",
            "nt", "Northern Territory",
            "kent", "Kent");
    /** Two countries have them, so that they mean nothing without one. */
    private static final Set<String> AMBIGUOUS = Set.of("wa", "nt");

    private Expectation() {}

    /** Field alias to the value that Mautic should store; null means blank. */
    static Map<String, @Nullable Object> of(Map<String, @Nullable String> row, boolean optedOut) {
        Map<String, @Nullable Object> expected = new LinkedHashMap<>();
        expected.put("email", text(row, "email", 191));
        expected.put("supabase_id", row.get("id"));
        texts(row, expected);
        String country = country(row.get("country"));
        expected.put("country", country);
        expected.put("state", state(row.get("state"), country));
        expected.put("customer_segment", row.get("customer_segment"));
        expected.put("lead_score", number(row.get("lead_score"), 0));
        expected.put("total_orders", number(row.get("total_orders"), 0));
        expected.put("total_spent", number(row.get("total_spent"), 2));
        expected.put("last_order_date", minute(row.get("last_order_date")));
        expected.put("customer_since", minute(row.get("customer_since")));
        String optIn = row.get("marketing_opt_in");
        expected.put("marketing_opt_in", optedOut ? Boolean.FALSE : optIn == null ? null : Boolean.valueOf(optIn));
        return expected;
    }

    private static void texts(Map<String, @Nullable String> row, Map<String, @Nullable Object> expected) {
        Map<String, String> names = Map.of(
                "first_name", "firstname",
                "last_name", "lastname",
                "mobile", "mobile",
                "landline", "phone",
                "address_line1", "address1",
                "address_line2", "address2",
                "suburb", "city",
                "postcode", "zipcode",
                "last_event_name", "last_event_name",
                "preferred_venue", "preferred_venue");
        names.forEach((column, alias) -> expected.put(alias, text(row, column, SHORT.contains(alias) ? 64 : 191)));
    }

    private static @Nullable String text(Map<String, @Nullable String> row, String column, int limit) {
        String raw = row.get(column);
        if (raw == null
                || raw.isBlank()
                || raw.strip().codePointCount(0, raw.strip().length()) > limit) {
            return null;
        }
        return raw.replaceAll("<[^>]*>", "").strip();
    }

    private static @Nullable String country(@Nullable String written) {
        return written == null ? null : COUNTRIES.get(written.strip().toLowerCase(Locale.ROOT));
    }

    private static @Nullable String state(@Nullable String written, @Nullable String country) {
        if (written == null) {
            return null;
        }
        String key = written.strip().toLowerCase(Locale.ROOT);
        if ("New Zealand".equals(country)) {
            return key.equals("otago") ? "Otago" : null;
        }
        return country == null && AMBIGUOUS.contains(key) ? null : STATES.get(key);
    }

    private static @Nullable BigDecimal number(@Nullable String text, int scale) {
        if (text == null) {
            return null;
        }
        BigDecimal number = new BigDecimal(text);
        return scale == 0 ? number : number.setScale(scale, RoundingMode.HALF_EVEN);
    }

    private static @Nullable String minute(@Nullable String epochSeconds) {
        return epochSeconds == null
                ? null
                : MINUTE.format(Instant.ofEpochSecond(new BigDecimal(epochSeconds)
                        .setScale(0, RoundingMode.FLOOR)
                        .longValueExact()));
    }
}
