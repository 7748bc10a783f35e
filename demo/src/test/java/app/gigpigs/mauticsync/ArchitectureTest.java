package app.gigpigs.mauticsync;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.mautic.ContactApi;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package may use which (arrows.tsv), and other rules that hold for all code. */
class ArchitectureTest {
    private static final String BASE = "app.gigpigs.mauticsync";
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(location -> !location.matches(Pattern.compile(".*(/test-classes/|-tests\\.jar).*")))
            .importPackages(BASE);

    private static final Path SOURCES = Path.of("src/main/java", BASE.split("\\."));
    private static final String[] KNOWN_OF_OUTBOUND = {
        "outbound.AllowByOperator",
        "outbound.OutboundRun",
        "outbound.OutboundSettings",
        "outbound.OutboundTables",
        "outbound.RunEnvironment",
        "outbound.RunRequest",
        "outbound.RunResult",
        "outbound.Undo",
        "outbound.diff.SourceQuality",
        "outbound.diff.SourceSchemaCheck",
        "outbound.diff.SkipReason",
        "outbound.diff.SyncMode",
        "outbound.payload.PlannedWrite",
        "outbound.push.PushSettings",
        "outbound.safety.Impact",
        "outbound.safety.SafetySettings",
        "outbound.segment.SegmentLookup",
        "outbound.state.ResendRequests",
        "outbound.state.Tombstones"
    };

    /** From arrows.tsv, in its order: package to the packages it uses. */
    private static final Map<String, List<String>> MAY_USE = arrows();

    static Set<String> packages() {
        return MAY_USE.keySet();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void a_package_uses_only_what_the_table_says(String name) {
        assertThat(MAY_USE.getOrDefault(name, List.of()))
                .as("packages used by %s", name)
                .containsAll(used(name));
    }

    /** The imports count, too: a constant of another class leaves no trace in the class file. */
    @ParameterizedTest
    @MethodSource("packages")
    void every_arrow_of_the_table_exists_in_the_code(String name) throws IOException {
        String imports;
        try (Stream<Path> files = Files.list(folder(name))) {
            imports = files.filter(Files::isRegularFile)
                    .flatMap(ArchitectureTest::lines)
                    .filter(line -> line.startsWith("import "))
                    .collect(Collectors.joining("\n"));
        }
        assertThat(MAY_USE.getOrDefault(name, List.of()))
                .as("packages that %s may use", name)
                .allMatch(other -> used(name).contains(other)
                        || Pattern.compile(Pattern.quote(BASE + "." + other) + "\\.[A-Z]")
                                .matcher(imports)
                                .find());
    }

    @Test
    void every_package_is_in_the_table() {
        assertThat(PRODUCT.stream().map(ArchitectureTest::packageOf).distinct())
                .contains("outbound.batch", "inbound.event")
                .filteredOn(name -> !name.equals("inbound")) // holds the description of the journey alone
                .containsExactlyInAnyOrderElementsOf(MAY_USE.keySet());
    }

    @Test
    void arrows_point_upward_in_the_table_so_that_there_is_no_circle() {
        List<String> order = List.copyOf(MAY_USE.keySet());
        MAY_USE.forEach((name, uses) -> assertThat(uses)
                .as(name)
                .allMatch(other -> order.contains(other) && order.indexOf(other) < order.indexOf(name)));
    }

    @Test
    void the_two_journeys_meet_in_tables_and_in_the_consent_ledger_alone() {
        MAY_USE.forEach((name, uses) -> {
            if (name.startsWith("outbound")) {
                assertThat(uses).as(name).noneMatch(other -> other.startsWith("inbound"));
            } else if (name.startsWith("inbound")) {
                assertThat(uses).as(name).noneMatch(other -> other.startsWith("outbound"));
            }
        });
    }

    @Test
    void other_packages_use_only_the_listed_classes_of_outbound() {
        Set<String> family = Set.of("outbound", "plan", "reconcile", "explain");
        assertThat(PRODUCT.stream()
                        .filter(user -> !family.contains(packageOf(user).split("\\.")[0]))
                        .flatMap(user -> user.getDirectDependenciesFromSelf().stream())
                        .map(arrow -> arrow.getTargetClass().getBaseComponentType())
                        .filter(type -> type.getPackageName().startsWith(BASE + ".outbound"))
                        .map(type -> type.getName().substring(BASE.length() + 1).replaceFirst("\\$.*", ""))
                        .distinct())
                .containsExactlyInAnyOrder(KNOWN_OF_OUTBOUND);
    }

    private static Path folder(String name) {
        return Stream.of("sync", "sandbox", "demo")
                .map(module -> Path.of(module).resolve(SOURCES).resolve(name.replace('.', '/')))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> used(String name) {
        return PRODUCT.stream()
                .filter(type -> packageOf(type).equals(name))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(arrow -> arrow.getTargetClass().getBaseComponentType())
                .filter(type -> type.getPackageName().startsWith(BASE + "."))
                .map(ArchitectureTest::packageOf)
                .filter(other -> !other.equals(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String packageOf(JavaClass type) {
        return type.getPackageName().substring(BASE.length() + 1);
    }

    private static Map<String, List<String>> arrows() {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        try (InputStream file = Objects.requireNonNull(ArchitectureTest.class.getResourceAsStream("/arrows.tsv"))) {
            for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#")) {
                    String[] cells = line.split("\t", -1);
                    rows.put(cells[0], cells[1].isEmpty() ? List.of() : List.of(cells[1].split(" ")));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    @Test
    void
            http_is_used_only_by_the_mautic_client_the_alerts_the_fetch_of_amazons_certificates_and_the_simulators_webhooks() {
        holds(noClasses()
                .that(resideInAPackage(BASE + "..")
                        .and(not(resideInAnyPackage(BASE + ".mautic..", BASE + ".monitor..", BASE + ".simulator..")))
                        .and(not(nameMatching(".*\\.inbound\\.ses\\.HttpsFetch(\\$.*)?"))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.net.http.."));
    }

    @Test
    void only_the_listed_classes_set_or_remove_do_not_contact() {
        assertThat(callers("addDoNotContact"))
                .as("classes that set do-not-contact")
                .containsExactlyInAnyOrder(
                        "consent.delivery.OptOutDelivery",
                        "outbound.EntryRemoval",
                        "outbound.batch.OptOutOfRejected",
                        "reconcile.DriftRepair");
        assertThat(callers("removeDoNotContact"))
                .as("classes that remove do-not-contact")
                .containsExactly("outbound.EntryRemoval");
    }

    /** Of calls and of method references. */
    private static Set<String> callers(String methodOfContactApi) {
        return PRODUCT.get(ContactApi.class).getMethods().stream()
                .filter(method -> method.getName().equals(methodOfContactApi))
                .flatMap(method -> method.getAccessesToSelf().stream())
                .map(access -> access.getOriginOwner().getName())
                .map(name -> name.substring(BASE.length() + 1).replaceFirst("\\$.*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void only_one_step_writes_contacts_in_batches() {
        holds(noClasses()
                .that(resideInAPackage(BASE + "..")
                        .and(not(resideInAnyPackage(BASE + ".mautic", BASE + ".outbound.batch"))))
                .should()
                .dependOnClassesThat()
                .areAssignableTo(app.gigpigs.mauticsync.mautic.ContactBatches.class));
    }

    @Test
    void time_and_randomness_come_in_through_app() {
        holds(noClasses()
                .that()
                .resideInAnyPackage(
                        BASE + ".consent..",
                        BASE + ".outbound..",
                        BASE + ".inbound..",
                        BASE + ".mautic..",
                        BASE + ".mapping..")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.util.Random.class));
    }

    @Test
    void only_commands_write_to_standard_output() {
        holds(noClasses().should().accessField(System.class, "out").orShould().accessField(System.class, "err"));
    }

    @Test
    void names_say_what_a_class_is() {
        holds(noClasses().should().haveNameMatching(".*(Impl|Manager|Helper|Utils?|Dto)$"));
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

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void holds(ArchRule rule) {
        EvaluationResult result = rule.allowEmptyShould(false).evaluate(PRODUCT);
        assertThat(result.getFailureReport().getDetails())
                .as(rule.getDescription())
                .isEmpty();
    }
}
