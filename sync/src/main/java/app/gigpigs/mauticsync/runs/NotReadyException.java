package app.gigpigs.mauticsync.runs;

import java.util.List;

/** Mautic or the CRM lacks something without which nothing may be sent; every problem is named, with its fix. */
public final class NotReadyException extends RuntimeException {
    private final List<String> problems;

    public NotReadyException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** One sentence each. */
    public List<String> problems() {
        return problems;
    }
}
