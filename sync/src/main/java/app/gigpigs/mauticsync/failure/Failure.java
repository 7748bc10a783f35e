package app.gigpigs.mauticsync.failure;

import app.gigpigs.mauticsync.text.ForeignText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.JdbiException;

/**
 * What went wrong.
 *
 * @param message for people: the thing, the value and the way out; without secrets and personal data
 */
public record Failure(ErrorCode code, String message) {
    /** What any exception means. */
    public static Failure of(Throwable thrown) {
        if (thrown instanceof FailureException known) {
            return new Failure(known.code(), known.message());
        }
        if (thrown instanceof JdbiException || thrown instanceof SQLException) {
            return DatabaseFailure.of(thrown);
        }
        if (thrown instanceof IOException || thrown instanceof UncheckedIOException) {
            return new Failure(ErrorCode.FILE, ForeignText.line(thrown.getMessage()));
        }
        return new Failure(ErrorCode.DEFECT, ForeignText.line(thrown.toString()));
    }

    /** The same, with this before its message. */
    public Failure with(String before) {
        return new Failure(code, before + message);
    }

    /** As it is in JSON. */
    public Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("error", message);
        fields.put("errorCode", code.id());
        return fields;
    }

    /** With its code, as it is logged and shown. */
    public String line() {
        return code.id() + ": " + message;
    }
}
