package app.gigpigs.mauticsync.crm;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one rule by which two spellings are the same e-mail address, in SQL and in Java: ASCII blanks at the ends go, A to Z
 * become a to z, and nothing else changes. So a letter outside ASCII stays what it is: lowered by the rules of a language,
 * the Kelvin sign becomes a k and the address another person's.
 */
public final class EmailAddress {
    /** Longer ones are rejected by Mautic or cut (seen on 5.1.0). */
    private static final int LONGEST = 254;

    private static final int LONGEST_LOCAL_PART = 64;

    /**
     * What Mautic accepts and keeps as it is: ASCII, since it silently drops every other character, and no slash, which
     * its sanitiser drops too (seen on 5.1.0: "josé@x" became "jos@x", another person's address).
     */
    private static final String USABLE =
            "^[a-z0-9!#$%&'*+=?^_`{|}~-]+(\\.[a-z0-9!#$%&'*+=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]$";

    private static final Pattern PATTERN = Pattern.compile(USABLE);
    /** Space, tab, the ends of a line, form feed and vertical tab. */
    private static final String BLANKS = " \t\n\r\f\u000b";

    private EmailAddress() {}

    /** What all spellings of one address have in common. Whether it is an address at all is another question. */
    public static String normal(String written) {
        int from = 0;
        int to = written.length();
        while (from < to && BLANKS.indexOf(written.charAt(from)) >= 0) {
            from++;
        }
        while (to > from && BLANKS.indexOf(written.charAt(to - 1)) >= 0) {
            to--;
        }
        StringBuilder normal = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            char c = written.charAt(i);
            normal.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
        }
        return normal.toString();
    }

    /** The normal form of what Mautic can hold as an address; empty for everything else. */
    public static Optional<String> usable(@Nullable String written) {
        return Optional.ofNullable(written).map(EmailAddress::normal).filter(EmailAddress::isUsable);
    }

    private static boolean isUsable(String normal) {
        return normal.length() <= LONGEST
                && normal.indexOf('@') <= LONGEST_LOCAL_PART
                && PATTERN.matcher(normal).matches();
    }

    /** {@link #normal} in SQL. The migration's index on the CRM's table of addresses is over just this expression. */
    public static String sql(String address) {
        return "lower(btrim(" + address + "::text, E' \\t\\n\\r\\f\\x0b') collate \"C\")";
    }

    /** The address as it is written, without the blanks around it, in SQL. */
    public static String trimmedSql(String address) {
        return "btrim(" + address + "::text, E' \\t\\n\\r\\f\\x0b')";
    }

    /** Whether an address in its normal form is one that Mautic can hold, in SQL. */
    public static String usableSql(String normal) {
        return "(%1$s ~ '%2$s' and length(%1$s) <= %3$d and length(split_part(%1$s, '@', 1)) <= %4$d)"
                .formatted(normal, USABLE.replace("'", "''"), LONGEST, LONGEST_LOCAL_PART);
    }
}
