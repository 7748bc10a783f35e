package app.gigpigs.mauticsync.testing;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.cli.Main;
import app.gigpigs.mauticsync.cli.MauticSync;
import app.gigpigs.mauticsync.cli.output.Terminal;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * The program with an environment, with or without a person at the terminal: within this process, which is quick, or as one of
 * its own, as ./mautic-sync starts it, with its log and its real standard output.
 */
public final class Program {
    /** What a test sets differently. */
    public final Map<String, String> environment = new HashMap<>();

    private final Path folder;
    private final Function<Terminal, CommandLine> commands;

    /**
     * With the environment of this world.
     *
     * @param folder where its input and output are kept
     */
    public Program(Scenario world, Path folder) {
        this(world, folder, terminal -> MauticSync.commandLine(terminal, MauticSync.Further.NONE));
    }

    /** The same with other commands, such as the demo's. */
    public Program(Scenario world, Path folder, Function<Terminal, CommandLine> commands) {
        this.folder = folder;
        this.commands = commands;
        environment.putAll(world.variables());
    }

    /** What came of it. */
    public record Ended(int code, String out, String err) {
        /** The only line that it printed. */
        public JsonNode json() {
            assertThat(out.strip().lines()).as("one line of JSON").hasSize(1);
            try {
                return new ObjectMapper().readTree(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The names in that line, in their order. */
        public List<String> names() {
            List<String> names = new ArrayList<>();
            json().fieldNames().forEachRemaining(names::add);
            return names;
        }
    }

    /** Runs it without a terminal, within this process: a question finds the end of the input. */
    public Ended run(String... arguments) {
        return within("", Terminal.Front.NOBODY, arguments);
    }

    /** Runs it on a terminal, where a person types this. */
    public Ended answering(String typed, String... arguments) {
        return within(typed, Terminal.Front.PERSON, arguments);
    }

    private Ended within(String typed, Terminal.Front front, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal shell =
                new Terminal(environment, new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), front);
        PrintWriter complaints = new PrintWriter(err, true);
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        Appender<ILoggingEvent> log = logInto(complaints);
        root.addAppender(log);
        try {
            int code = commands.apply(shell)
                    .setOut(new PrintWriter(out, true))
                    .setErr(complaints)
                    .execute(arguments);
            return new Ended(code, out.toString(), err.toString());
        } finally {
            root.detachAppender(log);
        }
    }

    /** A process logs to its standard error, too. */
    private static Appender<ILoggingEvent> logInto(PrintWriter err) {
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                err.println(event.getLevel() + " " + event.getFormattedMessage());
                if (event.getThrowableProxy() != null) {
                    err.println(ThrowableProxyUtil.asString(event.getThrowableProxy()));
                }
            }
        };
        appender.start();
        return appender;
    }

    /** Runs it as a process of its own, without a terminal. */
    public Ended process(String... arguments) {
        return start("", List.of(), arguments);
    }

    /** The same on a terminal, where a person types this. */
    public Ended processAnswering(String typed, String... arguments) {
        return start(typed, List.of("-Dmautic-sync.person=true"), arguments);
    }

    private Ended start(String input, List<String> properties, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dlogback.configurationFile=logback.xml"));
        command.addAll(properties);
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        try {
            Path in = Files.writeString(folder.resolve("in"), input);
            ProcessBuilder process = new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            process.environment()
                    .keySet()
                    .removeIf(name ->
                            name.startsWith("SUPABASE") || name.startsWith("MAUTIC") || name.startsWith("SYNC"));
            process.environment().putAll(environment);
            int code = process.start().waitFor();
            return new Ended(
                    code, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
