package app.gigpigs.mauticsync.server;

import static org.awaitility.Awaitility.await;

import app.gigpigs.mauticsync.cli.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The command {@code serve}, or another, in a process of its own, with the log and the standard output of the product. */
public final class ServeProcess implements AutoCloseable {
    private static final Pattern PORT = Pattern.compile("port (\\d+)");

    private final Process process;
    private final Path out;
    private final Path err;

    private ServeProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts it.
     *
     * @param java options of Java, such as -Xmx128m
     */
    public static ServeProcess start(Map<String, String> environment, String... java) {
        return command(environment, List.of(java), "serve");
    }

    /** Starts another command the same way. */
    public static ServeProcess command(Map<String, String> environment, List<String> java, String... command) {
        try {
            Path out = Files.createTempFile("serve", ".out");
            Path err = Files.createTempFile("serve", ".err");
            List<String> all = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+ExitOnOutOfMemoryError"));
            all.addAll(java);
            all.addAll(List.of(
                    "-Dlogback.configurationFile=logback.xml",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName()));
            all.addAll(List.of(command));
            ProcessBuilder process =
                    new ProcessBuilder(all).redirectOutput(out.toFile()).redirectError(err.toFile());
            process.environment().putAll(environment);
            return new ServeProcess(process.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port for webhooks, as soon as it says so. */
    public int port() {
        await().atMost(Duration.ofSeconds(40))
                .until(() -> !process.isAlive() || PORT.matcher(out()).find());
        Matcher port = PORT.matcher(out());
        if (!port.find()) {
            throw new IllegalStateException("serve ended: " + err());
        }
        return Integer.parseInt(port.group(1));
    }

    /** What it printed. */
    public String out() {
        return read(out);
    }

    /** Its log. */
    public String err() {
        return read(err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Ctrl-C. */
    public void interrupt() {
        try {
            new ProcessBuilder("kill", "-INT", String.valueOf(pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** SIGTERM. */
    public void stop() {
        process.destroy();
    }

    public boolean ended(Duration within) throws InterruptedException {
        return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    public int exitCode() {
        return process.exitValue();
    }

    @Override
    public void close() {
        kill();
        try {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
