package app.gigpigs.mauticsync.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.monitor.AlertSender.AlertException;
import app.gigpigs.mauticsync.status.StatusReport;
import app.gigpigs.mauticsync.status.StatusRules;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlertsTest {
    private static final URI MAUTIC = URI.create("https://mautic.example.test");
    private static final AlertSettings.Thresholds THRESHOLDS = new AlertSettings.Thresholds(5, 0);

    private final Scenario world = new Scenario();
    private final Receiver slack = new Receiver();
    private final Receiver watcher = new Receiver();
    /** Ahead of the database's clock by this much. */
    private Duration later = Duration.ZERO;

    @BeforeEach
    void goodRun() {
        world.crm.add(1, "a@example.com");
        world.sync();
    }

    @AfterEach
    void close() {
        slack.close();
        watcher.close();
        world.close();
    }

    private Alerts process() {
        return process(() -> StatusReport.of(world.jdbi, CrmNames.DEFAULT));
    }

    private Alerts process(java.util.function.Supplier<StatusReport> report) {
        AlertSettings settings =
                new AlertSettings(Optional.of(slack.url()), Optional.empty(), Optional.of(watcher.url()), THRESHOLDS);
        return new Alerts(
                world.jdbi,
                new AlertRules(new StatusRules(Duration.ofHours(1), 3), THRESHOLDS),
                new Alerts.Read(report, () -> Signals.of(world.jdbi, 20, now())),
                AlertSender.of(settings, MAUTIC),
                this::now);
    }

    private Instant now() {
        return Instant.now().plus(later);
    }

    private static String text(String json) {
        try {
            return new ObjectMapper().readTree(json).get("text").asText();
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }

    private void failed(ErrorCode code, String message) {
        SmallCrm.execute(
                world.jdbi,
                "insert into public.mautic_sync_logs (run_started_at, run_finished_at, kind, status, triggered_by, error_details)"
                        + " values (clock_timestamp(), clock_timestamp(), 'outbound', 'failed', 'schedule', jsonb_build_object('error', '"
                        + message + "', 'errorCode', '" + code.id() + "'))");
    }

    @Test
    void while_all_is_well_nobody_is_told_and_the_watcher_is_called() {
        process().look();
        process().look();

        assertThat(slack.take()).isEmpty();
        assertThat(watcher.take()).hasSize(2);
    }

    @Test
    void a_problem_is_told_once_with_its_code_and_once_when_it_is_over() {
        Alerts alerts = process();
        failed(ErrorCode.MAUTIC_CREDENTIALS, "Mautic does not know these credentials");

        alerts.look();
        assertThat(slack.take())
                .singleElement()
                .satisfies(json -> assertThat(text(json))
                        .startsWith("mautic-sync PROBLEM MS-204: Mautic rejects the credentials\n")
                        .contains(
                                "Mautic does not know these credentials",
                                "https://mautic.example.test",
                                "troubleshooting.md"));
        alerts.look();
        alerts.look();
        assertThat(slack.take()).isEmpty();
        assertThat(watcher.take()).as("the watcher notices that the calls stop").isEmpty();

        world.sync();
        alerts.look();
        assertThat(slack.take())
                .singleElement()
                .satisfies(json -> assertThat(text(json)).startsWith("mautic-sync OVER MS-204"));
        alerts.look();
        assertThat(slack.take()).isEmpty();
        assertThat(watcher.take()).isNotEmpty();
    }

    @Test
    void what_was_told_is_known_after_a_restart_and_to_other_processes() {
        failed(ErrorCode.MAUTIC_CREDENTIALS, "no");

        process().look();
        process().look();
        process().look();

        assertThat(slack.take()).hasSize(1);
    }

    @Test
    void a_failure_that_may_pass_is_told_after_some_runs_and_silence_after_an_hour() {
        Alerts alerts = process();
        failed(ErrorCode.MAUTIC_UNREACHABLE, "no connection");
        failed(ErrorCode.MAUTIC_UNREACHABLE, "no connection");
        alerts.look();
        assertThat(slack.take()).isEmpty();

        failed(ErrorCode.MAUTIC_UNREACHABLE, "no connection");
        alerts.look();
        assertThat(slack.take())
                .singleElement()
                .satisfies(json -> assertThat(text(json)).contains("MS-201", "3 runs"));

        later = Duration.ofMinutes(61);
        alerts.look();
        assertThat(slack.take())
                .singleElement()
                .satisfies(json -> assertThat(text(json)).contains("MS-309"));
    }

    /** The first import takes longer than a look. */
    @Test
    void a_process_that_has_just_started_does_not_say_that_no_run_went_through() {
        SmallCrm.execute(world.jdbi, "delete from public.mautic_sync_logs");
        Alerts alerts = process();

        alerts.look();
        assertThat(slack.take()).isEmpty();

        later = Duration.ofMinutes(61);
        alerts.look();
        assertThat(slack.take())
                .singleElement()
                .satisfies(json -> assertThat(text(json)).contains("MS-309"));
    }

    @Test
    void an_alert_that_nobody_takes_is_sent_again() {
        Alerts alerts = process();
        failed(ErrorCode.DATABASE_FULL, "No space left on device");
        slack.answer(500);

        assertThatThrownBy(alerts::look)
                .isInstanceOf(AlertException.class)
                .hasMessage("SYNC_ALERT_URL answered 500")
                .hasMessageNotContaining("T0KEN");
        assertThat(slack.take()).hasSize(1);

        slack.answer(200);
        alerts.look();
        assertThat(slack.take()).hasSize(1);
        alerts.look();
        assertThat(slack.take()).isEmpty();
    }

    @Test
    void a_problem_that_passed_before_anybody_was_told_is_left_out() {
        Alerts alerts = process();
        failed(ErrorCode.DATABASE_FULL, "No space left on device");
        slack.answer(500);
        assertThatThrownBy(alerts::look).isInstanceOf(AlertException.class);
        world.sync();
        slack.answer(200);
        slack.take();

        alerts.look();

        assertThat(slack.take()).isEmpty();
        assertThat(Rows.of(world.jdbi, "select code from mautic_sync.alert")).isEmpty();
    }

    @Test
    void a_problem_that_comes_back_before_its_end_was_told_is_still_the_same() {
        Alerts alerts = process();
        failed(ErrorCode.DATABASE_FULL, "No space left on device");
        alerts.look();
        slack.take();
        slack.answer(500);
        world.sync();
        assertThatThrownBy(alerts::look).isInstanceOf(AlertException.class);
        failed(ErrorCode.DATABASE_FULL, "No space left on device");
        slack.answer(200);
        slack.take();

        alerts.look();

        assertThat(slack.take()).isEmpty();
    }

    @Test
    void a_database_that_does_not_answer_is_told_after_three_looks_and_when_it_is_back() {
        boolean[] down = {true};
        Alerts alerts = process(() -> {
            if (down[0]) {
                throw new ConnectionException(new SQLException("the connection attempt failed", "08001"));
            }
            return StatusReport.of(world.jdbi, CrmNames.DEFAULT);
        });

        alerts.look();
        alerts.look();
        assertThat(slack.take()).isEmpty();
        alerts.look();
        alerts.look();
        assertThat(slack.take())
                .singleElement()
                .satisfies(json -> assertThat(text(json)).contains("PROBLEM MS-101"));

        down[0] = false;
        alerts.look();
        assertThat(slack.take())
                .singleElement()
                .satisfies(json -> assertThat(text(json)).contains("OVER MS-101"));
    }

    @Test
    void what_is_worth_a_look_is_told_too() {
        SmallCrm.execute(
                world.jdbi,
                "insert into public.mautic_sync_logs (run_started_at, run_finished_at, kind, status, triggered_by, details)"
                        + " values (now(), now(), 'catch_up', 'done', 'schedule', '{\"clicks\":{\"new\":7},\"opens\":{\"new\":5},\"unfinished\":[]}');"
                        + "insert into mautic_sync.inbox (body, state, processed_at) values ('', 'processed', now())");

        process().look();

        assertThat(slack.take())
                .singleElement()
                .satisfies(json -> assertThat(text(json)).contains("MS-410", "12 events"));
    }

    @Test
    void an_opt_out_that_waits_is_told() {
        SmallCrm.execute(
                world.jdbi,
                "insert into mautic_sync.outbox (kind, address, created_at) values ('address', 'a@example.com', now() - interval '11 minutes')");

        process().look();

        assertThat(slack.take())
                .singleElement()
                .satisfies(json -> assertThat(text(json)).contains("MS-506").doesNotContain("a@example.com"));
    }

    @Test
    void mails_have_the_code_in_their_subject() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            URI url = MailSettings.server("smtp://127.0.0.1:" + server.getSmtp().getPort());
            MailSettings settings =
                    new MailSettings(url, "alerts@example.test", List.of("one@example.test", "two@example.test"));

            new MailChannel(settings, MAUTIC)
                    .send(new Alert(
                            Alert.Change.BEGAN,
                            new Failure(ErrorCode.SAFETY_LIMIT, "the safety limit stopped this run — look"),
                            Instant.parse("2026-03-01T12:00:00Z")));

            assertThat(server.waitForIncomingEmail(10_000, 2)).isTrue();
            MimeMessage mail = server.getReceivedMessages()[0];
            assertThat(mail.getSubject()).isEqualTo("mautic-sync PROBLEM MS-302: the safety limit stopped the work");
            assertThat(mail.getContent().toString()).contains("stopped this run — look", "2026-03-01T12:00:00Z");
            assertThat(mail.getFrom()[0].toString()).isEqualTo("alerts@example.test");
        } finally {
            server.stop();
        }
    }

    @Test
    void a_password_is_not_sent_to_a_server_without_starttls() {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            URI url = MailSettings.server(
                    "smtp://alerts:hush%231@127.0.0.1:" + server.getSmtp().getPort());
            MailChannel channel =
                    new MailChannel(new MailSettings(url, "a@example.test", List.of("b@example.test")), MAUTIC);
            Alert alert = new Alert(Alert.Change.TEST, new Failure(ErrorCode.TEST, "a test"), Instant.EPOCH);

            assertThatThrownBy(() -> channel.send(alert))
                    .isInstanceOf(IOException.class)
                    .hasMessageNotContaining("hush");
            assertThat(server.getReceivedMessages()).isEmpty();
        } finally {
            server.stop();
        }
    }
}
