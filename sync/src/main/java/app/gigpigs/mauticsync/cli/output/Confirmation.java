package app.gigpigs.mauticsync.cli.output;

import java.util.Locale;

/** Asks the person at the terminal; without an answer it is not confirmed. */
public final class Confirmation {
    private Confirmation() {}

    /** Whether the answer is yes. */
    public static boolean given(Output output, String question) {
        output.line(question + " (yes/no; --yes does not ask)");
        String answer = output.answer();
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }
}
