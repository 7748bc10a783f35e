package app.gigpigs.mauticsync;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows of ARCHITECTURE.md. A package may use the packages named for it, and no others of ours. */
class ArchitectureTest {
    private static final String BASE = "app.gigpigs.mauticsync";
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(BASE);

    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("simulator", List.of()),
            Map.entry("mautic", List.of()),
            Map.entry("crm", List.of()),
            Map.entry("contact", List.of("crm")),
            Map.entry("runs", List.of()),
            Map.entry("db", List.of("crm")),
            Map.entry("referencecrm", List.of()),
            Map.entry("relink", List.of("mautic", "contact", "runs")),
            Map.entry("consent", List.of("mautic", "contact", "crm", "relink", "runs")),
            Map.entry("outbound", List.of("consent", "mautic", "contact", "crm", "relink", "runs")),
            Map.entry("inbound", List.of("consent", "mautic", "contact", "crm", "relink", "runs")),
            Map.entry("explain", List.of("contact", "mautic", "outbound", "runs")),
            Map.entry("setup", List.of("contact", "crm", "db", "inbound", "mautic", "outbound", "relink", "runs")),
            Map.entry("demo", List.of("crm", "db", "mautic", "outbound", "referencecrm", "simulator")),
            Map.entry("serve", List.of("inbound", "outbound", "runs")),
            Map.entry(
                    "cli",
                    List.of(
                            "",
                            "consent",
                            "crm",
                            "db",
                            "demo",
                            "explain",
                            "inbound",
                            "mautic",
                            "outbound",
                            "referencecrm",
                            "relink",
                            "runs",
                            "serve",
                            "setup",
                            "simulator")));

    static List<String> packages() {
        return MAY_USE.keySet().stream().sorted().toList();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void a_package_uses_only_what_the_picture_allows(String name) {
        String[] forbidden = Stream.concat(MAY_USE.keySet().stream(), Stream.of(""))
                .filter(other -> !other.equals(name)
                        && !MAY_USE.getOrDefault(name, List.of()).contains(other))
                .map(other -> other.isEmpty() ? BASE : BASE + "." + other + "..")
                .toArray(String[]::new);
        holds(noClasses()
                .that()
                .resideInAPackage(BASE + "." + name + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden));
    }

    @Test
    void every_package_is_in_the_picture() {
        assertThat(PRODUCT.stream()
                        .map(type ->
                                type.getPackageName().substring(BASE.length()).replaceFirst("^\\.", ""))
                        .filter(name -> !name.isEmpty())
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(MAY_USE.keySet());
    }

    @Test
    void packages_have_no_cycles() {
        holds(slices().matching(BASE + ".(*)..").should().beFreeOfCycles());
    }

    @Test
    void http_is_spoken_by_the_mautic_client_and_by_the_simulators_webhooks_alone() {
        holds(noClasses()
                .that(resideInAPackage(BASE + "..")
                        .and(not(resideInAnyPackage(BASE + ".mautic..", BASE + ".simulator.."))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.net.http.."));
    }

    @Test
    void time_and_chance_come_in_through_app() {
        holds(noClasses()
                .that()
                .resideInAnyPackage(
                        BASE + ".consent..",
                        BASE + ".outbound..",
                        BASE + ".inbound..",
                        BASE + ".mautic..",
                        BASE + ".contact..")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.util.Random.class));
    }

    @Test
    void standard_output_is_written_by_commands_alone() {
        holds(noClasses().should().accessField(System.class, "out").orShould().accessField(System.class, "err"));
    }

    @Test
    void names_say_what_a_class_is() {
        holds(noClasses().should().haveNameMatching(".*(Impl|Manager|Helper|Utils?|Dto|Processor)$"));
    }

    @Test
    void classes_are_final_by_intent() {
        holds(classes()
                .that()
                .areNotInterfaces()
                .and()
                .areNotAnonymousClasses()
                .and()
                .areNotEnums()
                .and()
                .doNotHaveModifier(com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT)
                .should()
                .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL));
    }

    @Test
    void no_file_grows_into_a_heap() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> codeLines(file) > 270)
                            .map(Path::toString))
                    .as("files over 270 lines of code: split what has become two ideas")
                    .isEmpty();
        }
    }

    private static long codeLines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(String::strip)
                    .filter(line -> !line.isEmpty()
                            && !line.startsWith("//")
                            && !line.startsWith("*")
                            && !line.startsWith("/*")
                            && !line.startsWith("import ")
                            && !line.startsWith("package "))
                    .count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void holds(ArchRule rule) {
        EvaluationResult result = rule.allowEmptyShould(false).evaluate(PRODUCT);
        assertThat(result.getFailureReport().getDetails())
                .as(rule.getDescription())
                .isEmpty();
    }
}
