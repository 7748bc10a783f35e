package app.gigpigs.mauticsync.consent.suppression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.app.InboundWiring;
import app.gigpigs.mauticsync.consent.ConsentSettings;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import app.gigpigs.mauticsync.consent.suppression.list.ListOptions;
import app.gigpigs.mauticsync.consent.suppression.list.SuppressionList;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpResult;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpSettings;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.outbound.OutboundSettings;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.simulator.DoNotContactEntry;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuppressionImportTest {
    private static final Optional<HashKey> KEY = Optional.of(HashKey.of("0123456789abcdef"));

    @TempDir
    private Path folder;

    @Test
    void an_imported_opt_out_is_applied_on_both_sides_and_kept_for_unknown_addresses() throws IOException {
        try (Scenario world = new Scenario()) {
            CustomerId both = world.crm.add(1, "Both@example.com");
            CustomerId crmOnly = world.crm.add(2, "crm@example.com");
            run(world);
            world.mautic.deleteContact(world.contact("crm@example.com").id());
            long mauticOnly = world.mautic.addContact(Map.of("email", "mautic@example.com"));
            long own = world.mautic.addContact(Map.of("email", "own@example.com"));
            world.mautic.unsubscribe(own);
            Path file = file(
                    "Email;Reason\nboth@example.com;hardBounce\nCRM@example.com;unsubscribedViaEmail\nmautic@example.com;contactFlaggedAsSpam\nown@example.com;adminBlocked\nlater@example.com;unsubscribedViaMA\nnobody;x\n");
            world.mautic.clearRequests();

            SuppressionImport.Report would = look(world, file);
            assertThat(would.crm().customers()).isEqualTo(2);
            assertThat(would.mautic()).isEqualTo(new SuppressionImport.InMautic(3, 2));
            assertThat(optIn(world, both)).isEqualTo("true");
            assertThat(world.mautic.requests())
                    .noneMatch(request -> request.path().contains("/dnc/"));

            SuppressionImport.Report done = apply(world, file);

            assertThat(done.crm().optedOut()).isEqualTo(1);
            assertThat(done.unknown()).isEqualTo(new SuppressionImport.Unknown(3, 5));
            assertThat(done.bad()).isEqualTo(new SuppressionImport.Bad(1, List.of(7)));
            assertThat(optIn(world, both))
                    .as("an address that bounces says nothing about consent")
                    .isEqualTo("true");
            assertThat(optIn(world, crmOnly)).isEqualTo("false");
            assertThat(entries(world, "both@example.com")).containsExactly("2 bounced (mautic-sync)");
            assertThat(entries(world, "mautic@example.com")).containsExactly("1 complained (mautic-sync)");
            assertThat(entries(world, "own@example.com")).containsExactly("1 User unsubscribed.");
            assertThat(world.mautic.contact(mauticOnly)).isNotNull();
            assertThat(
                            Rows.of(
                                    world.jdbi,
                                    "select address || ' ' || reason || ' ' || crm_state from mautic_sync.consent_ledger order by 1"))
                    .containsExactly(
                            "both@example.com bounced not_needed",
                            "crm@example.com unsubscribed done",
                            "later@example.com unsubscribed pending",
                            "mautic@example.com complained pending",
                            "own@example.com blocked pending");

            SuppressionImport.Report again = apply(world, file);
            assertThat(again.crm().optedOut()
                            + again.mautic().entries()
                            + again.unknown().kept())
                    .isZero();

            CustomerId later = world.crm.add(3, " Later@example.com");
            run(world);
            assertThat(optIn(world, later)).isEqualTo("false");
            assertThat(entries(world, "later@example.com")).hasSize(1);
            assertThat(world.mautic.requests())
                    .noneMatch(request -> request.path().contains("/dnc/")
                            && request.path()
                                    .contains("/"
                                            + world.contact("later@example.com").id() + "/"));

            world.crm.set(later, "marketing_opt_in", "true");
            run(world);
            assertThat(optIn(world, later)).as("a later opt-in counts").isEqualTo("true");
        }
    }

    @Test
    void a_customer_created_during_a_run_is_opted_out_from_the_start() throws IOException {
        try (Scenario world = new Scenario()) {
            apply(world, file("late@example.com\n"));
            world.crm.add(1, "first@example.com");
            world.mautic.faults().next("POST", "/api/contacts/batch/new", new Fault.CloseAfter());

            Scenario.counts(world.runWith(settings(), () -> world.crm.add(2, "late@example.com")));

            assertThat(entries(world, "first@example.com")).isEmpty();
            assertThat(entries(world, "late@example.com")).hasSize(1);
        }
    }

    @Test
    void a_customer_whose_imported_opt_out_the_crm_rejects_blocks_no_other_and_is_reported_again() throws IOException {
        try (Scenario world = new Scenario()) {
            apply(world, file("rejected@example.com\nlater@example.com\n"));
            world.crm.add(1, "rejected@example.com");
            world.crm.add(2, "later@example.com");
            world.crm.add(3, "other@example.com");
            reject(world, "rejected@example.com");

            run(world);

            assertThat(entries(world, "rejected@example.com")).hasSize(1);
            assertThat(entries(world, "later@example.com")).hasSize(1);
            assertThat(entries(world, "other@example.com")).isEmpty();
            assertThat(optedOut(world)).containsExactly("later@example.com");
            assertThat(crmStates(world)).containsExactly("done", "rejected");

            SmallCrm.execute(world.jdbi, "drop trigger guard on public.customer_profiles");
            run(world);

            assertThat(optedOut(world)).containsExactly("later@example.com", "rejected@example.com");
            assertThat(crmStates(world)).containsExactly("done", "done");
        }
    }

    @Test
    void a_customer_whose_opt_out_the_crm_rejects_does_not_end_the_import_and_is_not_mailed() throws IOException {
        try (Scenario world = new Scenario()) {
            world.crm.add(1, "rejected@example.com");
            world.crm.add(2, "other@example.com");
            reject(world, "rejected@example.com");

            SuppressionImport.Report done = apply(world, file("rejected@example.com\nother@example.com\n"));

            assertThat(done.crm()).isEqualTo(new SuppressionImport.Crm(2, 1, 1));
            assertThat(optedOut(world)).containsExactly("other@example.com");
            run(world);
            assertThat(entries(world, "rejected@example.com")).hasSize(1);
        }
    }

    private static void reject(Scenario world, String address) {
        SmallCrm.execute(
                world.jdbi,
                "create function public.guard() returns trigger language plpgsql as 'begin if new.email = ''" + address
                        + "'' then raise exception ''no''; end if; return new; end'");
        SmallCrm.execute(
                world.jdbi,
                "create trigger guard before update of marketing_opt_in on public.customer_profiles for each row execute function public.guard()");
    }

    private static List<String> crmStates(Scenario world) {
        return Rows.of(world.jdbi, "select crm_state from mautic_sync.consent_ledger order by address");
    }

    private static List<String> optedOut(Scenario world) {
        return Rows.of(
                world.jdbi, "select email from public.customer_profiles where marketing_opt_in is false order by 1");
    }

    @Test
    void an_outdated_view_hides_no_imported_opt_out() throws IOException {
        try (Scenario world = new Scenario()) {
            apply(world, file("later@example.com\n"));
            world.crm.add(1, "later@example.com");
            SmallCrm.execute(
                    world.jdbi,
                    "alter view public.customers_crm_v rename to live; create view public.customers_crm_v as select id, email, first_name, last_name, mobile, landline, address_line1, address_line2, suburb, state, postcode, country, customer_segment, lead_score, total_orders, total_spent, last_order_date, last_event_name, preferred_venue, true as marketing_opt_in, customer_since, customer_segments from public.live");

            run(world);

            assertThat(entries(world, "later@example.com")).hasSize(1);
        }
    }

    @Test
    void a_contact_created_later_in_mautic_alone_is_opted_out_by_the_next_catch_up() throws IOException {
        try (Scenario world = new Scenario()) {
            apply(world, file("email,reason\nunlinked@example.com,complaint\nquiet@example.com,bounce\n"));
            world.mautic.addContact(Map.of("email", "Unlinked@example.com"));
            world.mautic.addContact(Map.of("email", "quiet@example.com"));
            world.mautic.addContact(Map.of("email", "other@example.com"));

            catchUp(world);

            assertThat(entries(world, "unlinked@example.com")).containsExactly("1 complained (mautic-sync)");
            assertThat(entries(world, "quiet@example.com")).containsExactly("2 bounced (mautic-sync)");
            assertThat(entries(world, "other@example.com")).isEmpty();
            world.mautic.clearRequests();
            catchUp(world);
            assertThat(world.mautic.requests())
                    .noneMatch(request -> request.path().contains("/dnc/"));
            CustomerId customer = world.crm.add(1, "unlinked@example.com");
            run(world);
            assertThat(optIn(world, customer))
                    .as("also when the CRM gets the address")
                    .isEqualTo("false");
        }
    }

    private static void catchUp(Scenario world) {
        Config.Sync config = new Config.Sync(world.url, world.mauticSettings(), settings(), CatchUpSettings.DEFAULT);
        try (Connections both = Connections.connect(config)) {
            assertThat(new InboundWiring(both).catchUpOnce().run(CatchUp.Extent.DUE))
                    .isInstanceOf(CatchUpResult.Done.class);
        }
    }

    @Test
    void a_long_list_opts_out_every_address() throws IOException {
        try (Scenario world = new Scenario()) {
            List<CustomerId> concerned = List.of(
                    world.crm.add(1, "family@example.com"),
                    world.crm.add(2, "Family@example.com"),
                    world.crm.add(3, "private@example.com"),
                    world.crm.add(4, "last@example.com"));
            CustomerId notListed = world.crm.add(5, "other@example.com");
            SmallCrm.execute(
                    world.jdbi,
                    "create table public.customer_emails (customer_id uuid, email text);"
                            + " insert into public.customer_emails values ('" + concerned.get(2)
                            + "', 'Work@example.com')");
            String unlinked = IntStream.range(0, 600)
                    .mapToObj(number -> "unlinked" + number + "@example.com\n")
                    .collect(Collectors.joining());
            apply(world, file("unknown@example.com\n"));

            SuppressionImport.Report done =
                    apply(world, file("family@example.com\nwork@example.com\n" + unlinked + "last@example.com\n"));

            assertThat(concerned)
                    .allSatisfy(one -> assertThat(optIn(world, one)).isEqualTo("false"));
            assertThat(optIn(world, notListed)).isEqualTo("true");
            assertThat(done.crm()).isEqualTo(new SuppressionImport.Crm(4, 4, 0));
            assertThat(done.unknown()).isEqualTo(new SuppressionImport.Unknown(600, 603));
        }
    }

    @Test
    void whitespace_around_an_address_is_ignored() throws IOException {
        try (Scenario world = new Scenario()) {
            CustomerId tab = world.crm.add(1, "tab@example.com\t");
            CustomerId line = world.crm.add(2, "private@example.com");
            SmallCrm.execute(
                    world.jdbi,
                    "create table public.customer_emails (customer_id uuid, email text);"
                            + " insert into public.customer_emails values ('" + line + "', E'\\r\\nWork@example.com')");

            SuppressionImport.Report done = apply(world, file("tab@example.com\nwork@example.com\n"));

            assertThat(done.crm()).isEqualTo(new SuppressionImport.Crm(2, 2, 0));
            assertThat(optIn(world, tab)).isEqualTo("false");
            assertThat(optIn(world, line)).isEqualTo("false");
        }
    }

    @Test
    void a_row_without_a_reason_is_not_an_entry() throws IOException {
        try (Scenario world = new Scenario()) {
            long contact = world.mautic.addContact(Map.of("email", "a@example.com"));
            world.mautic.doNotContact(contact, 0);
            world.mautic.clearRequests();

            SuppressionImport.Report done = apply(world, file("a@example.com\n"));

            assertThat(done.mautic()).isEqualTo(new SuppressionImport.InMautic(1, 1));
            assertThat(world.mautic.requests())
                    .anyMatch(request -> request.path().equals("/api/contacts/" + contact + "/dnc/email/add"));
        }
    }

    @Test
    void a_long_list_goes_through_the_view_once_for_thousands_of_lines() throws IOException {
        try (Scenario world = new Scenario()) {
            AtomicLong scans = new AtomicLong();
            world.jdbi.setSqlLogger(new SqlLogger() {
                @Override
                public void logBeforeExecution(StatementContext context) {
                    if (String.valueOf(context.getRenderedSql()).contains("customers_crm_v")) {
                        scans.incrementAndGet();
                    }
                }
            });
            String unlinked = IntStream.range(0, 1_200)
                    .mapToObj(number -> "unlinked" + number + "@example.com\n")
                    .collect(Collectors.joining());
            AtomicLong progress = new AtomicLong();

            SuppressionImport.Report would = world.with(mautic -> {
                try {
                    return new SuppressionImport(
                                    world.jdbi,
                                    mautic,
                                    Mapping.DEFAULT,
                                    new ErasureRegister(Optional.empty()),
                                    InstantSource.system())
                            .look(list(file(unlinked)), lines -> progress.incrementAndGet());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });

            assertThat(would.unknown().addresses()).isEqualTo(1_200);
            assertThat(scans).hasValue(1);
            assertThat(progress).as("progress, while Mautic is asked").hasValueGreaterThan(2);
        }
    }

    @Test
    void the_mail_column_holds_the_addresses_and_any_true_value_is_an_opt_out() throws IOException {
        assertThat(read("Contact,Email\nAnn,a@x.com\n")).containsExactly("a@x.com BLOCKED");
        assertThat(read("Name,Address,E-Mail\nAnn,1 Main St,a@x.com\n")).containsExactly("a@x.com BLOCKED");
        assertThat(read("Contact;Reason\na@x.com;bounce\n")).containsExactly("a@x.com BOUNCED");
        assertThat(
                        read(
                                "email,blacklisted,unsubscribed\na@x.com,0,1\nb@x.com,1,0\nc@x.com,0,0\nd@x.com,,\ne@x.com,no\n"))
                .containsExactly("a@x.com UNSUBSCRIBED", "b@x.com UNSUBSCRIBED");
    }

    @Test
    void files_are_read_as_they_come() throws IOException {
        assertThat(read("\uFEFFEMAIL,\"Block reason\"\n\"A@x.com\",spam complaint\n\n b@x.com ,\"hard, bounce\"\n"))
                .containsExactly("a@x.com COMPLAINT", "b@x.com BOUNCED");
        assertThat(read("Name\tE-Mail\nAnn\ta@x.com\n")).containsExactly("a@x.com BLOCKED");
        assertThat(read("a@x.com\nb@x.com\n")).containsExactly("a@x.com BLOCKED", "b@x.com BLOCKED");
        assertThat(read("email,blocklisted\na@x.com,true\nb@x.com,false\nc@x.com,\n"))
                .containsExactly("a@x.com UNSUBSCRIBED");
        assertThat(read("email,reason\r\nnothing,1\r\n,2\r\na@x.com,unsubscribed\r\n"))
                .containsExactly("bad line 2", "bad line 3", "a@x.com UNSUBSCRIBED");
        Path latin = folder.resolve("latin.csv");
        Files.write(latin, "Société;E-mail\nCafé;a@x.com\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(read(latin)).containsExactly("a@x.com BLOCKED");
        assertThatThrownBy(() -> read("name,phone\nAnn,1\n")).hasMessageContaining("no column of e-mail addresses");
        assertThatThrownBy(() -> read("email,reason\na@x.com,\"open\nb@x.com,x\n"))
                .hasMessageContaining("quotes do not match")
                .hasMessageNotContaining("x.com");
    }

    @Test
    void many_lines_stream() throws IOException {
        Path file = folder.resolve("many.csv");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("email;reason\n");
            for (int i = 0; i < 300_000; i++) {
                out.write("person" + i + "@example.com;unsubscribed\n");
            }
        }
        AtomicLong count = new AtomicLong();

        list(file).entries(one -> count.addAndGet(one.reason() == Reason.UNSUBSCRIBED ? 1 : 0), line -> {});

        assertThat(count).hasValue(300_000);
    }

    private static SuppressionList list(Path file) throws IOException {
        return SuppressionList.of(file, ListOptions.NONE);
    }

    private List<String> read(String text) throws IOException {
        return read(file(text));
    }

    private static List<String> read(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        list(file).entries(one -> lines.add(one.email() + " " + one.reason()), line -> lines.add("bad line " + line));
        return lines;
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("list.csv"), text);
    }

    private static SuppressionImport.Report look(Scenario world, Path file) {
        return world.with(mautic -> {
            try {
                return new SuppressionImport(
                                world.jdbi,
                                mautic,
                                Mapping.DEFAULT,
                                new ErasureRegister(Optional.empty()),
                                InstantSource.system())
                        .look(list(file), lines -> {});
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private static SuppressionImport.Report apply(Scenario world, Path file) {
        return world.with(mautic -> {
            try {
                return new SuppressionImport(
                                world.jdbi,
                                mautic,
                                Mapping.DEFAULT,
                                new ErasureRegister(Optional.empty()),
                                InstantSource.system())
                        .apply(list(file), lines -> {});
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private static void run(Scenario world) {
        Scenario.counts(world.run(SyncMode.CHANGED, settings(), world.mauticSettings()));
    }

    private static OutboundSettings settings() {
        OutboundSettings usual = Scenario.settings();
        ConsentSettings consent =
                new ConsentSettings(KEY, ConsentSettings.DEFAULT.deleted(), ConsentSettings.DEFAULT.reconsent());
        return new OutboundSettings(usual.mapping(), usual.push(), usual.safety(), usual.unknownOutcomeWait(), consent);
    }

    private static String optIn(Scenario world, CustomerId customer) {
        return Rows.one(
                world.jdbi, "select marketing_opt_in::text from public.customer_profiles where id = ?", customer);
    }

    private static List<String> entries(Scenario world, String email) {
        return world.contact(email).doNotContact().stream()
                .map((DoNotContactEntry one) -> one.reason() + " " + one.comments())
                .toList();
    }
}
