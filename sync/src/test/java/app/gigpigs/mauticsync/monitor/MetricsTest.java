package app.gigpigs.mauticsync.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.RunningServer;
import app.gigpigs.mauticsync.app.ServerWiring;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What /metrics tells, and that the dashboard, the alert rules and the documentation name nothing else. */
class MetricsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final Pattern NAME = Pattern.compile("\\b((?:mautic_sync|hikaricp|jvm|process)_[a-z_]+)\\b");

    private final Scenario world = new Scenario();
    private final Map<String, String> environment = world.variables();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void they_count_what_happens_and_show_how_everything_is() throws Exception {
        world.crm.add(1, "a@example.com");
        world.crm.add(2, "not an address");
        try (RunningServer serving = ServerWiring.start(new Config(environment).serve())) {
            await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() == 1);
            world.crm.set(SmallCrm.id(1), "marketing_opt_in", "false");
            await().atMost(TIMEOUT)
                    .until(() -> value(scrape(serving), "mautic_sync_opt_out_delay_seconds_count") > 0
                            && value(scrape(serving), "mautic_sync_customers{state=\"synced\"}") == 1);
            post(serving, "not signed");
            String metrics = scrape(serving);

            assertThat(value(metrics, "mautic_sync_contacts_total{outcome=\"created\"}"))
                    .isPositive();
            assertThat(value(metrics, "mautic_sync_runs_seconds_count{status=\"done\"}"))
                    .isPositive();
            assertThat(value(metrics, "mautic_sync_deliveries_total{outcome=\"rejected\"}"))
                    .isPositive();
            assertThat(value(metrics, "mautic_sync_customers{state=\"skipped\"}"))
                    .isEqualTo(1);
            assertThat(value(metrics, "mautic_sync_database_up")).isEqualTo(1);
            assertThat(value(metrics, "mautic_sync_failures_in_row")).isZero();
            assertThat(value(metrics, "mautic_sync_last_good_run_timestamp_seconds"))
                    .isGreaterThan(1.7e9);
            assertThat(metrics)
                    .contains("mautic_sync_mautic_requests_seconds_count{method=\"POST\",outcome=\"201\","
                            + "path=\"/api/contacts/batch/new\"}")
                    .contains("hikaricp_connections_active{pool=\"mautic-sync\"}", "jvm_memory_used_bytes")
                    .doesNotContain("@", SmallCrm.id(1).toString())
                    .doesNotContainPattern("path=\"[^\"]*/\\d");
            // Other tests of this JVM have counted, too.
            assertThat(metrics.lines().filter(line -> !line.startsWith("#"))).hasSizeLessThan(2000);
            documents(names(metrics));
        }
    }

    /** Prometheus adds a suffix to some names. */
    private static Set<String> names(String metrics) {
        return metrics.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceFirst("[{ ].*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void documents(Set<String> exported) throws IOException {
        for (String file : new String[] {"docs/grafana-dashboard.json", "docs/alert-rules.yml"}) {
            assertThat(named(Files.readString(Path.of(file))))
                    .as(file)
                    .hasSizeGreaterThan(8)
                    .isSubsetOf(exported);
        }
        new ObjectMapper().readTree(Path.of("docs/grafana-dashboard.json").toFile());
        String documentation = Files.readString(Path.of("docs/monitoring.md"));
        assertThat(exported.stream().filter(name -> name.startsWith("mautic_sync_")))
                .allSatisfy(
                        name -> assertThat(documentation).contains(name.replaceFirst("_(count|sum|max|bucket)$", "")));
        assertThat(named(documentation)).allMatch(name -> exported.stream().anyMatch(one -> one.startsWith(name)));
    }

    private static Set<String> named(String text) {
        return NAME.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
    }

    private static double value(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(-1);
    }

    private static String scrape(RunningServer serving) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + serving.administrationPort() + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static void post(RunningServer serving, String body) throws Exception {
        HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + serving.port() + "/webhooks/mautic"))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
    }
}
