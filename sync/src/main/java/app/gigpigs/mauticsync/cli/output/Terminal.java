package app.gigpigs.mauticsync.cli.output;

import app.gigpigs.mauticsync.runs.StopRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a command is started from.
 *
 * @param environment the variables that configure it
 * @param input where answers to its questions come from
 * @param front whether a person can answer
 * @param stop asked for by Ctrl-C
 */
public record Terminal(Map<String, String> environment, InputStream input, Front front, StopRequest stop) {
    /** Whether a person can answer. */
    public enum Front {
        PERSON,
        NOBODY
    }

    /** That nobody stops. */
    public Terminal(Map<String, String> environment, InputStream input, Front front) {
        this(environment, input, front, new StopRequest());
    }

    public Terminal {
        environment = Map.copyOf(environment);
    }

    /** Of this process. Java 17 cannot tell a terminal from a pipe, so the script that starts it says. */
    public static Terminal ofProcess() {
        return new Terminal(
                System.getenv(), System.in, Boolean.getBoolean("mautic-sync.person") ? Front.PERSON : Front.NOBODY);
    }

    /** The top command, which knows what all commands are started from. */
    public interface Owner {
        Terminal terminal();
    }

    public static Terminal of(CommandSpec spec) {
        return ((Owner) spec.root().userObject()).terminal();
    }

    /** The next line that is typed; null at the end of the input. */
    @Nullable
    String answer() {
        try {
            return new BufferedReader(new InputStreamReader(input, Charset.defaultCharset())).readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
