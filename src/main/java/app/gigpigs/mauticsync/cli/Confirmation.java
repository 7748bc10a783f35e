package app.gigpigs.mauticsync.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Asks the person in front of it; nobody in front of it means no. */
final class Confirmation {
    private Confirmation() {}

    /** Whether the answer is yes. */
    static boolean given(Output output, String question) {
        output.line(question + " (yes/no; --yes does not ask)");
        try {
            String answer = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
