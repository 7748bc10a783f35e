package app.gigpigs.mauticsync.runs;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.FailureException;
import java.util.List;

/** Mautic or the CRM lacks something without which nothing may be sent; every problem is named, with its fix. */
public final class NotReadyException extends FailureException {
    private final List<String> problems;

    public NotReadyException(ErrorCode code, List<String> problems) {
        super(code, String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** One sentence each. */
    public List<String> problems() {
        return problems;
    }
}
