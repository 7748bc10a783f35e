package app.gigpigs.mauticsync.consent.suppression.list;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The address in a cell: strict, since a misread address is a hash that matches no customer. */
final class ListAddress {
    private static final int LONGEST = 254;
    private static final int LONGEST_LOCAL = 64;
    private static final int LONGEST_CELL = 1_000;
    private static final String MAILTO = "mailto:";
    private static final String QUOTES = "\"'`´‘’‚‛“”„‟«»‹›";
    private static final String AROUND_AN_ADDRESS = QUOTES + "<>;,";

    /** The addresses that are sent to Mautic: what the CRM's query takes as well-formed. */
    private static final Pattern VALID =
            Pattern.compile("[a-z0-9!#$%&'*+=?^_`{|}~-]+(?:\\.[a-z0-9!#$%&'*+=?^_`{|}~-]+)*"
                    + "@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]");

    private ListAddress() {}

    /** In lower case; empty when the cell holds none, or more than one. */
    static Optional<String> of(String cell) {
        if (cell.indexOf('@') < 0 || cell.length() > LONGEST_CELL) {
            return Optional.empty();
        }
        return valid(bare(cell)).or(() -> afterName(cell));
    }

    /** A text without blanks, invisible characters and quotes at its ends. */
    static String strip(String text) {
        return strip(text, QUOTES);
    }

    /** Anna &lt;anna@example.com&gt; */
    private static Optional<String> afterName(String cell) {
        int open = cell.lastIndexOf('<');
        int close = cell.indexOf('>', open + 1);
        return open > 0
                        && close > 0
                        && strip(cell.substring(close + 1), AROUND_AN_ADDRESS).isEmpty()
                        && cell.indexOf('@') > open
                ? valid(bare(cell.substring(open + 1, close)))
                : Optional.empty();
    }

    private static String bare(String cell) {
        String text = strip(cell, AROUND_AN_ADDRESS).toLowerCase(Locale.ROOT);
        while (text.startsWith(MAILTO)) {
            text = strip(text.substring(MAILTO.length()), AROUND_AN_ADDRESS);
        }
        return text;
    }

    private static Optional<String> valid(String text) {
        return text.length() <= LONGEST
                        && text.indexOf('@') <= LONGEST_LOCAL
                        && VALID.matcher(text).matches()
                ? Optional.of(text)
                : Optional.empty();
    }

    private static String strip(String text, String others) {
        int from = 0;
        int to = text.length();
        while (from < to && goes(text.codePointAt(from), others)) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (to > from && goes(text.codePointBefore(to), others)) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        String stripped = text.substring(from, to);
        // A formula of a spreadsheet that keeps a text as it is: ="text"
        return stripped.startsWith("=\"") && others.indexOf('"') >= 0 ? strip(stripped.substring(1), others) : stripped;
    }

    private static boolean goes(int one, String others) {
        return Character.isWhitespace(one)
                || Character.isSpaceChar(one)
                || Character.isISOControl(one)
                || Character.getType(one) == Character.FORMAT
                || others.indexOf(one) >= 0;
    }
}
