package app.gigpigs.mauticsync;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.demo.DemoMain;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The usage texts, as a person on a terminal of 80 columns without colours reads them. */
final class CommandHelp {
    private static final Pattern COLOUR = Pattern.compile("\u001B\\[[;\\d]*m");
    private static final Pattern COMMAND = Pattern.compile("(?m)^  ([a-z][a-z-]*)  ");

    private CommandHelp() {}

    /** The names of all commands, as the program's own usage lists them. */
    static List<String> commands() {
        String text = of();
        List<String> names = COMMAND.matcher(text.substring(text.indexOf("\nCommands:")))
                .results()
                .map(MatchResult::group)
                .map(String::strip)
                .toList();
        assertThat(names).as("commands in the usage").isNotEmpty();
        return names;
    }

    /** The usage of a command; of the program, when none is named. */
    static String of(String... command) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] arguments = Arrays.copyOf(command, command.length + 1);
        arguments[command.length] = "--help";
        Terminal nobody = new Terminal(Map.of(), InputStream.nullInputStream(), Terminal.Front.NOBODY);
        int code = DemoMain.run(nobody, new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        assertThat(code).as(err.toString()).isZero();
        return COLOUR.matcher(out.toString()).replaceAll("");
    }
}
