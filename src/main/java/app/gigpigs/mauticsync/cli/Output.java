package app.gigpigs.mauticsync.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** Where a command prints: lines for people, objects for scripts, complaints on standard error. */
final class Output {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final PrintWriter out;
    private final PrintWriter err;

    Output(CommandSpec spec) {
        this.out = spec.commandLine().getOut();
        this.err = spec.commandLine().getErr();
    }

    void line(String text) {
        out.println(text);
    }

    void json(Map<String, ?> fields) {
        try {
            out.println(MAPPER.writeValueAsString(fields));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of numbers and text are JSON", e);
        }
    }

    void complain(String text) {
        err.println("mautic-sync: " + text);
    }
}
