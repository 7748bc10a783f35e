package app.gigpigs.mauticsync;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.SourceMethods.Method;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files, methods and parameter lists of the product stay short. What is too long today is listed in code-size.tsv, which may
 * only become shorter: {@code -Dsizes.write=true} takes out what has been repaired.
 */
class CodeSizeTest {
    /** Lower these when the longest file has been split; they never rise. */
    private static final int MEDIAN = 48;

    private static final int NINE_OF_TEN = 120;
    private static final int LONGEST = 207;
    private static final int METHOD = 40;
    private static final int PARAMETERS = 5;

    private static final Path ALLOWED = Path.of("demo/src/test/resources/code-size.tsv");
    private static final List<Path> FILES = Stream.of("sync", "sandbox", "demo")
            .flatMap(module -> files(Path.of(module, "src/main/java")).stream())
            .toList();
    private static final List<Method> METHODS = SourceMethods.in(FILES);

    @Test
    void files_are_short() {
        List<Long> lines = FILES.stream().map(CodeSizeTest::codeLines).sorted().toList();
        assertThat(lines.get(lines.size() / 2))
                .as("median lines of code of a file")
                .isLessThanOrEqualTo(MEDIAN);
        assertThat(lines.get(lines.size() * 9 / 10))
                .as("lines of code that nine of ten files stay within")
                .isLessThanOrEqualTo(NINE_OF_TEN);
        assertThat(FILES.stream()
                        .filter(file -> codeLines(file) > LONGEST)
                        .map(file -> codeLines(file) + " lines: " + file))
                .as("files over %d lines of code: split what has become two ideas", LONGEST)
                .isEmpty();
    }

    @Test
    void methods_are_short() {
        check("long-method", CodeSizeTest::tooLong, method -> method.size().lines() + " lines, at most " + METHOD);
    }

    @Test
    void constructors_take_few_parameters() {
        check(
                "many-parameters",
                CodeSizeTest::takesMany,
                method -> method.parameters().count() + " parameters, at most " + PARAMETERS);
    }

    @Test
    void public_methods_take_no_boolean() {
        check(
                "boolean-parameter",
                CodeSizeTest::takesFlag,
                method -> "boolean "
                        + String.join(", boolean ", method.parameters().flags())
                        + ": an enum or two methods say at the call what it means");
    }

    private static boolean tooLong(Method method) {
        return method.size().lines() > METHOD && !method.table();
    }

    private static boolean takesMany(Method method) {
        return method.constructor() && method.parameters().count() > PARAMETERS;
    }

    private static boolean takesFlag(Method method) {
        return !method.constructor()
                && method.modifiers().contains(Modifier.PUBLIC)
                && !method.parameters().overriding()
                && !method.parameters().flags().isEmpty();
    }

    @Test
    void each_rule_finds_what_it_is_for(@TempDir Path folder) throws IOException {
        String statement = "        int a = \n 1;\n".repeat(21);
        Path file = Files.writeString(folder.resolve("Example.java"), """
                class Example {
                    Example(int a, int b, int c, int d, int e, int f) {}
                    Example(int a, int b, int c, int d, int e) {}
                    void longMethod() {
                %s    }
                    String table() { return String.join(
                %s); }
                    String text() { int a; return \"""
                %s\"""; }
                    static class Inner { public void flag(boolean on) {} void hidden(boolean on) {}
                    @Override public boolean equals(boolean on) { return on; } }
                }
                """.formatted(
                        statement, "\"a\",\n".repeat(50) + "\"b\"", "line\n".repeat(50)));
        List<Method> methods = SourceMethods.in(List.of(file));

        assertThat(names(methods, CodeSizeTest::tooLong)).containsExactly("Example#longMethod");
        assertThat(names(methods, CodeSizeTest::takesMany)).containsExactly("Example#new");
        assertThat(names(methods, CodeSizeTest::takesFlag)).containsExactly("Example.Inner#flag");
    }

    private static List<String> names(List<Method> methods, Predicate<Method> offends) {
        return methods.stream().filter(offends).map(Method::name).toList();
    }

    private static void check(String rule, Predicate<Method> offends, Function<Method, String> complaint) {
        List<Method> offenders = METHODS.stream().filter(offends).toList();
        Set<String> today =
                offenders.stream().map(method -> rule + "\t" + method.name()).collect(Collectors.toSet());
        List<String> allowed = lines(ALLOWED).toList();
        List<String> repaired = allowed.stream()
                .filter(line -> line.startsWith(rule + "\t") && !today.contains(line))
                .toList();
        if (Boolean.getBoolean("sizes.write") && !repaired.isEmpty()) {
            write(allowed.stream().filter(line -> !repaired.contains(line)).toList());
            return;
        }
        List<String> complaints = new ArrayList<>();
        offenders.stream()
                .filter(method -> !allowed.contains(rule + "\t" + method.name()))
                .forEach(method ->
                        complaints.add(method.name() + ": " + complaint.apply(method) + "\n    " + method.file()));
        repaired.forEach(line -> complaints.add(line + ": repaired; take the line out of " + ALLOWED));
        assertThat(String.join("\n", complaints)).as(rule).isEmpty();
    }

    private static void write(List<String> allowed) {
        try {
            Files.write(ALLOWED, new TreeSet<>(allowed));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long codeLines(Path file) {
        return lines(file)
                .map(String::strip)
                .filter(line -> !line.isEmpty()
                        && !line.startsWith("//")
                        && !line.startsWith("*")
                        && !line.startsWith("/*")
                        && !line.startsWith("import ")
                        && !line.startsWith("package "))
                .count();
    }
}
