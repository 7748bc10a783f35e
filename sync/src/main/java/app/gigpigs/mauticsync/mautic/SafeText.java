package app.gigpigs.mauticsync.mautic;

/** Makes text safe to send. Pure. */
public final class SafeText {
    private SafeText() {}

    /**
     * Drops NUL and replaces lone surrogates by U+FFFD. A NUL makes Mautic answer 500 after it has written half of the
     * contact, and a lone surrogate makes it reject the whole call (both seen on 5.1.0).
     */
    public static String of(String text) {
        if (isSafe(text)) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().filter(point -> point != 0).forEach(point -> {
            boolean lone = point <= Character.MAX_VALUE && Character.isSurrogate((char) point);
            safe.appendCodePoint(lone ? 0xFFFD : point);
        });
        return safe.toString();
    }

    /** Nearly all texts are safe, and every text of every contact is checked: a loop is faster than a stream. */
    private static boolean isSafe(String text) {
        for (int i = 0; i < text.length(); i++) {
            char one = text.charAt(i);
            if (one == 0 || Character.isSurrogate(one)) {
                return false;
            }
        }
        return true;
    }
}
