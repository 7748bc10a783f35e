package app.gigpigs.mauticsync.mautic;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Mautic as the header {@code Mautic-Version} of its answers names it, and what is known of it. All calls are
 * made so that they are safe with every version; a version decides only how carefully a run begins, and what is told to the
 * user. What is said here was seen on servers of 4.4.10, 5.1.0, 5.2.1 and 7.0.0.
 *
 * @param text as sent, such as 7.0.0; empty when the header was missing
 */
public record MauticRelease(String text) {
    /** No answer was seen yet, or something removed the header. */
    public static final MauticRelease UNKNOWN = new MauticRelease("");

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(\\D.*)?");

    /** How well a version is known. */
    public enum Known {
        /** Tried on a server: 4.4, 5.x, 7.0. */
        TRIED,
        /** Between versions that were tried: 6.x. */
        BETWEEN,
        /** Newer than all that were tried, older, or not named. */
        UNTRIED
    }

    /** How well this one is known. */
    public Known known() {
        Matcher numbers = NUMBERS.matcher(text);
        if (!numbers.matches()) {
            return Known.UNTRIED;
        }
        int major = Integer.parseInt(numbers.group(1));
        int minor = Integer.parseInt(numbers.group(2));
        return switch (major) {
            case 4 -> minor >= 4 ? Known.TRIED : Known.UNTRIED;
            case 5 -> Known.TRIED;
            case 6 -> Known.BETWEEN;
            case 7 -> minor == 0 ? Known.TRIED : Known.UNTRIED;
            default -> Known.UNTRIED;
        };
    }

    /** What this version does otherwise than others, as far as users should know it; empty when it is not known. */
    public List<String> differences() {
        return switch (text.isEmpty() ? '?' : text.charAt(0)) {
            case '4' ->
                List.of(
                        "merges two contacts when one is given the address of the other; every address is looked up before it is sent",
                        "loses a webhook that is not answered with 2xx; catch-up brings those events",
                        "has no webhook for segment memberships",
                        "lacks some regions and country names of later versions");
            case '5' ->
                List.of(
                        "loses a webhook that is not answered with 2xx; catch-up brings those events",
                        "drops the seconds of times",
                        "sends e-mails that are sent one by one to contacts with do-not-contact, too");
            case '7' ->
                List.of(
                        "sends webhooks to private addresses only where webhook_allowed_private_addresses allows it",
                        "sends a webhook that failed again after an hour, after newer ones",
                        "does not limit the number of API calls",
                        "counts no opens by known robots",
                        "sends e-mails that are sent one by one to contacts with do-not-contact, too");
            default -> List.of();
        };
    }

    /** Whether webhooks to private addresses need permission; taken for granted where the version is not known. */
    public boolean checksPrivateAddresses() {
        return text.isEmpty() || !(text.startsWith("4.") || text.startsWith("5.") || text.startsWith("6."));
    }

    /** As it is shown to people. */
    @Override
    public String toString() {
        return text.isEmpty() ? "of unknown version" : text;
    }
}
