package app.gigpigs.mauticsync.outbound.payload;

import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a contact, read from Mautic, holds what it was sent. Pure.
 *
 * <p>Knows what Mautic changes by itself (all seen on 5.1.0): tags are removed from texts, seconds off times, numbers
 * rounded to their field's decimals, whole-number fields answered without decimals.
 */
public final class ContactComparison {
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:.*");
    /** Tags are removed and entities rewritten; a plain ampersand stays as it is (all seen on 5.1.0). */
    private static final Pattern REWRITTEN = Pattern.compile("<|&#?[A-Za-z0-9]+;");

    private ContactComparison() {}

    /**
     * What differs, by name and without values, which are personal.
     *
     * @param memberOf the CRM's names of the segments that the contact is in
     */
    public static List<String> differences(ContactWrite write, Contact contact, Set<String> memberOf) {
        List<String> differences = new ArrayList<>();
        fields(write, contact).forEach(alias -> differences.add("field " + alias));
        if (!write.consent().mailable() && contact.mailable()) {
            differences.add("do-not-contact missing");
        }
        differences.addAll(segments(write, memberOf));
        return differences;
    }

    /** The aliases of the fields that differ. */
    public static List<String> fields(ContactWrite write, Contact contact) {
        List<String> aliases = new ArrayList<>();
        write.fields().values().forEach((alias, value) -> {
            if (!same(alias, value, contact)) {
                aliases.add(alias);
            }
        });
        return aliases;
    }

    /** The memberships that differ, one sentence each. */
    public static List<String> segments(ContactWrite write, Set<String> memberOf) {
        List<String> differences = new ArrayList<>();
        write.segments().stream()
                .filter(segment -> !memberOf.contains(segment))
                .forEach(segment -> differences.add("not in segment " + segment));
        memberOf.stream()
                .filter(segment -> !write.segments().contains(segment))
                .forEach(segment -> differences.add("still in segment " + segment));
        return differences;
    }

    /** Whether Mautic's value of a field is the one sent, as far as Mautic keeps values as they are. */
    public static boolean same(String alias, @Nullable Object sent, Contact contact) {
        String there = contact.text(alias);
        if (sent == null) {
            BigDecimal number = contact.number(alias);
            return there == null || (number != null && number.signum() == 0);
        }
        if (sent instanceof BigDecimal number) {
            return sameNumber(number, contact.number(alias));
        }
        if (sent instanceof Boolean flag) {
            // A false may be stored as blank; do-not-contact decides whether the contact is mailed.
            return there == null ? !flag : flag == Set.of("1", "true", "yes").contains(there.toLowerCase(Locale.ROOT));
        }
        return sameText(alias, sent.toString(), there);
    }

    private static boolean sameNumber(BigDecimal sent, @Nullable BigDecimal there) {
        if (there == null) {
            return sent.signum() == 0;
        }
        BigDecimal difference = sent.subtract(there).abs();
        boolean whole = there.stripTrailingZeros().scale() <= 0;
        BigDecimal tolerance =
                new BigDecimal(whole ? "1" : "0.01").max(sent.abs().movePointLeft(9)); // Mautic's numbers are doubles
        return difference.signum() == 0 || difference.compareTo(tolerance) < 0;
    }

    /** The same for what writing it would destroy: a text must be equal to the letter, also where Mautic would rewrite it. */
    public static boolean identical(String alias, @Nullable Object sent, Contact contact) {
        return (sent instanceof String text && !TIME.matcher(text).matches())
                ? text.equals(contact.text(alias))
                : same(alias, sent, contact);
    }

    private static boolean sameText(String alias, String sent, @Nullable String there) {
        boolean rewritten = REWRITTEN.matcher(sent).find();
        if (there == null) {
            return letters(sent).isEmpty() || rewritten;
        }
        if (TIME.matcher(sent).matches() && there.length() >= 16) {
            return sent.substring(0, 16).equals(there.replace(' ', 'T').substring(0, 16));
        }
        if (alias.equals("email") || alias.equals(FieldMap.SUPABASE_ID)) {
            return sent.equalsIgnoreCase(there);
        }
        return rewritten || letters(sent).equals(letters(there));
    }

    /** Mautic trims and rewrites blanks, control characters and punctuation. */
    private static String letters(String text) {
        StringBuilder letters = new StringBuilder();
        text.codePoints().filter(Character::isLetterOrDigit).forEach(letters::appendCodePoint);
        return letters.toString();
    }

    /** The memberships by the CRM's names, of the segments that are ours. */
    public static Set<String> ours(Set<Long> memberOf, Map<String, Long> segmentIds) {
        Set<String> names = new java.util.TreeSet<>();
        segmentIds.forEach((name, id) -> {
            if (memberOf.contains(id)) {
                names.add(name);
            }
        });
        return names;
    }
}
