package app.gigpigs.mauticsync.cli.output;

import app.gigpigs.mauticsync.cli.output.ResultPrinter.Format;
import app.gigpigs.mauticsync.failure.Failure;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Where a command prints: lines for people and JSON for scripts on standard output, errors on standard error. */
public final class Output {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .registerModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance));

    private final PrintWriter out;
    private final PrintWriter err;
    private final Terminal terminal;

    public Output(CommandSpec spec) {
        this.out = spec.commandLine().getOut();
        this.err = spec.commandLine().getErr();
        this.terminal = Terminal.of(spec);
    }

    public void line(String text) {
        out.println(text);
    }

    public void json(Map<String, ?> fields) {
        try {
            out.println(MAPPER.writeValueAsString(fields));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of numbers and text are JSON", e);
        }
    }

    /** A record as one JSON object; its times as ISO-8601. */
    public void json(Record fields) {
        json(MAPPER.convertValue(fields, new TypeReference<Map<String, Object>>() {}));
    }

    /** The line that is typed in answer; null at the end of the input. */
    @Nullable
    String answer() {
        out.flush();
        return terminal.answer();
    }

    /** Says what went wrong; for scripts as a JSON object, too. */
    public void failed(Failure failure, Format format) {
        failure.line().lines().forEach(this::error);
        if (format == Format.JSON) {
            json(failure.fields());
        }
    }

    public void error(String text) {
        err.println("mautic-sync: " + text);
    }
}
