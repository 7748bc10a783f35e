package app.gigpigs.mauticsync.consent.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.app.OwnedTables;
import app.gigpigs.mauticsync.consent.ConsentSettings;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.consent.ledger.HashKey.HashKeyException;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.explain.CustomerInspector;
import app.gigpigs.mauticsync.explain.Explainer;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpResult;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpSettings;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.inbound.inbox.Replay;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.OutboundSettings;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.reconcile.Reconciliation;
import app.gigpigs.mauticsync.reconcile.Scope;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.simulator.RecordedRequest;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ErasureTest {
    private static final Optional<HashKey> KEY = Optional.of(HashKey.of("a key of thirty-two characters .."));
    private static final long CONTACT = 987_654;
    private static final String ANNA = "anna.zyxwv+99@example.com";

    private final Scenario world = new Scenario();
    private final Database pool = serviceRole();
    private final Jdbi service = pool.jdbi();

    private Database serviceRole() {
        SmallCrm.execute(world.jdbi, "alter role mautic_sync_service password 'secret'");
        return Postgres.open(Postgres.as(world.url, "mautic_sync_service"));
    }

    @AfterEach
    void close() {
        pool.close();
        world.close();
    }

    @Test
    void an_erased_persons_data_is_removed_everywhere_and_does_not_return() {
        CustomerId anna = customerWithHistory();
        CustomerId other = world.crm.add(2, Map.of("email", "other@example.com", "first_name", "Bert"));
        run();
        long bert = world.contact("other@example.com").id();
        List<String> webhooks =
                List.of(open(CONTACT, anna, ANNA, 1), profile(CONTACT, anna, ANNA), mixed(anna, other, bert));
        webhooks.forEach(this::deliver);
        deliver("{\"mautic.form_on_submit\":{\"note\":\"" + ANNA.toUpperCase(java.util.Locale.ROOT) + "\"}}");
        deliver("no json at all from " + ANNA);
        assertThat(activity(anna)).isNotEmpty();

        Erasure.Receipt receipt =
                erase(ANNA.toUpperCase(java.util.Locale.ROOT) + " ").orElseThrow();

        assertThat(receipt.already()).isFalse();
        assertThat(receipt.removed().contacts()).isEqualTo(1);
        assertThat(receipt.removed().rows()).containsKeys("public.customer_email_engagement", "mautic_sync.inbox");
        assertThat(activity(anna)).isEmpty();
        assertThat(world.mautic.contact(CONTACT)).isNull();

        for (int i = 0; i < 10; i++) {
            run();
            new Inbox(service)
                    .replay(new Replay.Between(
                            java.time.Instant.EPOCH, java.time.Instant.parse("2200-01-01T00:00:00Z")));
            inbox();
            webhooks.forEach(this::deliver);
        }
        assertThat(world.mautic.contacts()).noneMatch(one -> ANNA.equalsIgnoreCase(one.text("email")));
        assertThat(Rows.one(
                        world.jdbi,
                        "select state || ' ' || skip_reason from public.mautic_sync_status where customer_id = ?",
                        anna))
                .isEqualTo("skipped erased");
        assertThat(events()).containsExactly("click:71");
        assertThat(Rows.of(world.jdbi, "select body::text from mautic_sync.inbox where state = 'pending'"))
                .isEmpty();

        world.crm.delete(anna);
        run();
        assertThat(activity(anna)).isEmpty();
        assertThat(erase(ANNA).orElseThrow().already()).isTrue();
    }

    @Test
    void catching_up_restores_no_erased_data_and_misses_no_other_event() {
        CustomerId anna = customerWithHistory();
        world.crm.add(2, "other@example.com");
        run();
        long mail = world.mautic.mails().create("News", "Hello");
        for (long contact : List.of(CONTACT, world.contact("other@example.com").id())) {
            long sent = world.mautic.mails().sendToContact(mail, contact);
            world.mautic.people().open(sent);
            world.mautic.people().click(sent, "https://example.com/");
            world.mautic.people().bounce(sent);
        }
        erase(ANNA);

        for (CatchUp.Extent extent : CatchUp.Extent.values()) {
            CatchUpResult result = world.with(client -> new CatchUp(
                            service,
                            client,
                            CrmSides.of(CrmNames.DEFAULT, KEY),
                            CatchUpSettings.DEFAULT,
                            java.time.InstantSource.system())
                    .run(extent, "command"));
            assertThat(result)
                    .isInstanceOfSatisfying(
                            CatchUpResult.Done.class,
                            done -> assertThat(done.report().missing()).isZero());
        }

        assertThat(activity(anna)).isEmpty();
        assertThat(Rows.of(world.jdbi, "select event_type from public.customer_email_engagement"))
                .containsExactlyInAnyOrder("open", "click", "bounce");
    }

    @Test
    void an_erased_customer_stays_out_under_another_address_and_the_address_under_another_customer() {
        CustomerId anna = world.crm.add(1, ANNA);
        run();
        erase(ANNA);

        world.crm.set(anna, "email", "new@example.com");
        CustomerId second = world.crm.add(2, ANNA);
        run();
        assertThat(world.mautic.contacts()).isEmpty();
        assertThat(world.status(second, "skip_reason")).isEqualTo("erased");

        world.crm.set(second, "email", "free@example.com");
        run();
        assertThat(world.mautic.contacts()).extracting(one -> one.text("email")).containsExactly("free@example.com");
    }

    @Test
    void a_linked_customer_who_takes_an_erased_address_is_not_sent_and_not_mailed() {
        world.crm.add(1, ANNA);
        CustomerId second = world.crm.add(2, Map.of("email", "second@example.com", "customer_segments", "{vip}"));
        run();
        erase(ANNA);
        world.crm.delete(SmallCrm.id(1));
        world.crm.set(second, "email", ANNA);

        run();

        assertThat(world.status(second, "skip_reason")).isEqualTo("erased");
        assertThat(world.contact("second@example.com").doNotContact()).hasSize(1);
        assertThat(world.mautic.segmentMembers("vip-customers")).isEmpty();
    }

    @Test
    void a_delivery_that_names_the_person_by_the_contacts_id_alone_loses_that_part() {
        CustomerId anna = customerWithHistory();
        String body = profile(CONTACT, anna, ANNA).replace(ANNA, "").replace(anna.toString(), "");
        store(body);
        store(body.replace(String.valueOf(CONTACT), CONTACT + "0"));

        erase(ANNA);

        assertThat(Rows.of(
                        world.jdbi,
                        "select convert_from(body, 'UTF8') like '%nnabel%' from mautic_sync.inbox order by id"))
                .containsExactly("f", "t");
    }

    @Test
    void messages_of_amazon_lose_the_erased_persons_part_alone() {
        world.crm.add(1, ANNA);
        world.crm.add(2, "other@example.com");
        amazon("before", ANNA, "other@example.com");
        inbox();
        amazon("waiting", ANNA, "other@example.com");

        erase(ANNA);
        amazon("after", ANNA.toUpperCase(java.util.Locale.ROOT), "other@example.com");
        inbox();

        assertThat(Rows.one(
                        world.jdbi,
                        "select string_agg(state || ' ' || events_new || ' ' || events_known, ', ' order by id)"
                                + " from mautic_sync.inbox"))
                .isEqualTo("processed 2 0, processed 0 1, processed 0 1");
        assertThat(Rows.of(world.jdbi, "select lower(convert_from(body, 'UTF8')) from mautic_sync.inbox"))
                .allSatisfy(
                        body -> assertThat(body).contains("other@example.com").doesNotContain(ANNA));
        assertThat(Rows.of(world.jdbi, "select address from mautic_sync.bounced_mail"))
                .containsExactly("other@example.com");
    }

    /** A bounce of one mail to these recipients, as it is stored. */
    private void amazon(String messageId, String... recipients) {
        String items = Arrays.stream(recipients)
                .map(
                        each -> "{\"recipient\":{\"emailAddress\":\"" + each + "\",\"diagnosticCode\":\"550 <" + each
                                + ">\"},\"about\":{\"bounceType\":\"Permanent\",\"feedbackId\":\"f\"},\"mail\":{\"messageId\":\"m\"}}")
                .collect(Collectors.joining(","));
        new Inbox(service)
                .addOnce(
                        messageId,
                        ("{\"Bounce\":[" + items + "]}").getBytes(StandardCharsets.UTF_8),
                        Map.of("id", messageId));
    }

    @Test
    void an_erased_customer_can_be_explained_and_the_others_reconciled() {
        CustomerId anna = world.crm.add(1, ANNA);
        world.crm.add(2, "other@example.com");
        run();
        erase(ANNA);
        run();

        OutboundSettings settings = settings(KEY);
        Explainer.Explanation explanation = world.with(client -> new Explainer(
                        world.jdbi,
                        client,
                        new CustomerInspector(
                                world.jdbi,
                                client,
                                settings.mapping(),
                                new ErasureRegister(settings.consent().key())))
                .email(ANNA));
        assertThat(explanation.customers().get(0).view().next()).anyMatch(message -> message.contains("erased"));
        assertThat(world.with(client -> new Reconciliation(
                                        world.jdbi, client, settings.mapping(), InstantSource.system())
                                .run(new Scope.All(), Reconciliation.Mode.REPORT, drift -> {}))
                        .compared())
                .isEqualTo(1);
        assertThat(world.status(anna, "state")).isEqualTo("skipped");
    }

    @Test
    void unchanged_erased_customers_cost_no_write() {
        world.crm.add(1, ANNA);
        run();
        erase(ANNA);
        run();
        String before = Rows.one(world.jdbi, "select updated_at::text from public.mautic_sync_status");
        world.mautic.clearRequests();

        assertThat(Scenario.counts(run()).skipped()).isEqualTo(1);

        assertThat(Rows.one(world.jdbi, "select updated_at::text from public.mautic_sync_status"))
                .isEqualTo(before);
        assertThat(world.mautic.requests()).extracting(RecordedRequest::method).doesNotContain("PATCH", "DELETE");
    }

    @Test
    void an_erasure_interrupted_between_mautic_and_our_tables_can_be_repeated() {
        CustomerId anna = customerWithHistory();
        deliver(open(CONTACT, anna, ANNA, 1));
        for (int i = 0; i < 10; i++) {
            world.mautic.faults().next("DELETE", "/api/contacts/" + CONTACT + "/delete", new Fault.Status(500, "{}"));
        }

        assertThatThrownBy(() -> erase(ANNA)).isInstanceOf(app.gigpigs.mauticsync.mautic.MauticException.class);
        run();
        deliver(open(CONTACT, anna, ANNA, 2));
        assertThat(events()).containsExactly("open:70:1767225600");

        while (world.mautic.contact(CONTACT) != null) {
            try {
                assertThat(erase(ANNA).orElseThrow().removed().contacts()).isEqualTo(1);
            } catch (app.gigpigs.mauticsync.mautic.MauticException left) {
                assertThat(left).isNotNull();
            }
        }
        assertThat(activity(anna)).isEmpty();
    }

    @Test
    void a_contact_whose_address_only_looks_alike_is_not_erased() {
        CustomerId jose = world.crm.add(1, "jose@example.com");
        run();
        long contact = world.contact("jose@example.com").id();
        // MySQL's utf8mb4_unicode_ci has no accents.
        for (int look = 0; look < 2; look++) {
            world.mautic
                    .faults()
                    .next(
                            "GET",
                            "/api/contacts",
                            new Fault.Status(
                                    200,
                                    "{\"total\":\"1\",\"contacts\":{\"" + contact + "\":{\"id\":" + contact
                                            + ",\"fields\":{\"all\":{\"id\":" + contact
                                            + ",\"email\":\"jose@example.com\"}},\"doNotContact\":[]}}}"));
        }

        Erasure.Receipt receipt = erase("josé@example.com").orElseThrow();

        assertThat(receipt.removed().contacts()).isZero();
        assertThat(world.mautic.contact(contact)).isNotNull();
        assertThat(world.status(jose, "state")).isEqualTo("synced");
    }

    @Test
    void while_another_run_does_not_end_the_person_is_blocked_and_erased_the_next_time() {
        CustomerId anna = customerWithHistory();

        try (Lease other =
                Lease.acquire(world.jdbi, Lease.OUTBOUND, Sleeper.onThread()).orElseThrow()) {
            Sleeper renewing = time -> SmallCrm.execute(
                    world.jdbi,
                    "update mautic_sync.lease set expires_at = expires_at + interval '1 second' where token = "
                            + other.token());
            Optional<Erasure.Receipt> receipt = world.with(mautic -> new Erasure(
                            service,
                            mautic,
                            CrmNames.DEFAULT,
                            OwnedTables.ofPeople(service, CrmNames.DEFAULT, KEY),
                            renewing)
                    .erase(ANNA));
            assertThat(receipt).isEmpty();
        }

        assertThat(world.mautic.contact(CONTACT)).isNotNull();
        world.crm.set(anna, "first_name", "Annabel3zyx");
        run();
        assertThat(world.status(anna, "skip_reason")).isEqualTo("erased");
        assertThat(erase(ANNA).orElseThrow().removed().contacts()).isEqualTo(1);
        assertThat(activity(anna)).isEmpty();
    }

    @Test
    void without_the_key_or_with_another_one_runs_stop() {
        customerWithHistory();
        erase(ANNA);
        assertThatThrownBy(() -> erasure(Optional.empty(), erasure -> erasure.look(ANNA)))
                .isInstanceOf(HashKeyException.class)
                .hasMessageContaining("MAUTIC_SYNC_HASH_KEY");

        for (Optional<HashKey> key : List.of(Optional.<HashKey>empty(), Optional.of(HashKey.of("quite another key")))) {
            assertThat(run(key)).isInstanceOfSatisfying(RunResult.Stopped.class, stopped -> {
                assertThat(stopped.failure().code()).isEqualTo(ErrorCode.HASH_KEY);
                assertThat(stopped.failure().message()).contains("MAUTIC_SYNC_HASH_KEY");
            });
            store("{\"mautic.email_on_open\":[]}");
            assertThatThrownBy(() -> inboxRun(key).run()).isInstanceOf(HashKeyException.class);
            assertThat(Rows.of(
                            world.jdbi,
                            "select id::text from mautic_sync.inbox where state = 'pending' and attempts = 0"))
                    .isNotEmpty();
        }
        assertThat(world.mautic.contacts()).isEmpty();
    }

    @Test
    void text_of_another_customer_loses_the_name_and_keeps_the_rest() {
        CustomerId anna = customerWithHistory();
        CustomerId other = world.crm.add(2, "other@example.com");
        run();
        SmallCrm.execute(
                world.jdbi,
                "update public.mautic_sync_status set sync_error = 'already used by contact " + CONTACT
                        + ", which belongs to customer " + anna + "', warnings = array['" + ANNA
                        + " is odd', 'fine'] where customer_id = '" + other + "'");
        SmallCrm.execute(
                world.jdbi,
                "update public.mautic_sync_logs set error_details = jsonb_build_object('error', 'saw " + ANNA + "')");

        erase(ANNA);

        assertThat(world.status(other, "sync_error"))
                .isEqualTo("already used by (erased), which belongs to customer (erased)");
        assertThat(world.status(other, "warnings")).isEqualTo("{\"(erased) is odd\",fine}");
        assertThat(activity(anna)).isEmpty();
    }

    @Test
    void a_reverted_erasure_allows_only_that_person_again() {
        CustomerId anna = customerWithHistory();
        CustomerId bert = world.crm.add(2, "bert@example.com");
        run();
        erase(ANNA);
        erase("bert@example.com");
        run();
        world.crm.set(anna, "email", "anna.new@example.com");
        assertThat(reversal(KEY).look("nobody@example.com")).isEqualTo(new ErasureReversal.Found(0, 0, 0));
        for (Optional<HashKey> key : List.of(Optional.<HashKey>empty(), Optional.of(HashKey.of("quite another key")))) {
            assertThatThrownBy(() -> reversal(key).revert(ANNA)).isInstanceOf(HashKeyException.class);
        }

        assertThat(reversal(KEY).look(ANNA)).isEqualTo(new ErasureReversal.Found(3, 0, 0));
        assertThat(reversal(KEY).revert(" " + ANNA.toUpperCase(java.util.Locale.ROOT)))
                .isEqualTo(new ErasureReversal.Found(3, 0, 0));
        assertThat(reversal(KEY).revert(ANNA)).isEqualTo(new ErasureReversal.Found(0, 0, 0));
        run();

        assertThat(world.mautic.contacts())
                .extracting(one -> one.text("email"))
                .containsExactly("anna.new@example.com");
        assertThat(world.status(anna, "state")).isEqualTo("synced");
        assertThat(world.status(bert, "skip_reason")).isEqualTo("erased");
        assertThat(erase("anna.new@example.com").orElseThrow().already()).isFalse();
    }

    @Test
    void reverting_by_the_current_address_is_enough_if_another_address_was_erased() {
        CustomerId anna = world.crm.add(1, ANNA);
        run();
        erase(ANNA);
        world.crm.set(anna, "email", "new@example.com");
        world.crm.add(2, ANNA);

        assertThat(reversal(KEY).revert("new@example.com")).isEqualTo(new ErasureReversal.Found(1, 1, 0));
        run();

        assertThat(world.mautic.contacts()).extracting(one -> one.text("email")).containsExactly("new@example.com");
        assertThat(world.status(SmallCrm.id(2), "skip_reason")).isEqualTo("erased");
    }

    @Test
    void reverting_needs_no_key_if_no_person_was_erased() {
        assertThat(reversal(Optional.empty()).revert(ANNA)).isEqualTo(new ErasureReversal.Found(0, 0, 0));
    }

    private ErasureReversal reversal(Optional<HashKey> key) {
        return new ErasureReversal(service, CrmNames.DEFAULT, key);
    }

    /** A customer who was matched, changed, and overwritten. */
    private CustomerId customerWithHistory() {
        world.mautic.addContact(CONTACT, Map.of("email", ANNA, "firstname", "Oldannabel"));
        CustomerId anna = world.crm.add(1, Map.of("email", ANNA, "first_name", "Annabelzyx"));
        run();
        world.crm.set(anna, "first_name", "Annabel2zyx");
        run();
        assertThat(world.status(anna, "mautic_contact_id")).isEqualTo(String.valueOf(CONTACT));
        return anna;
    }

    private RunResult run() {
        return run(KEY);
    }

    private RunResult run(Optional<HashKey> key) {
        return world.run(SyncMode.CHANGED, settings(key), world.mauticSettings());
    }

    private static OutboundSettings settings(Optional<HashKey> key) {
        OutboundSettings usual = Scenario.settings();
        ConsentSettings consent = ConsentSettings.DEFAULT;
        return new OutboundSettings(
                usual.mapping(),
                usual.push(),
                usual.safety(),
                usual.unknownOutcomeWait(),
                new ConsentSettings(key, consent.deleted(), consent.reconsent()));
    }

    private Optional<Erasure.Receipt> erase(String email) {
        return erasure(KEY, erasure -> erasure.erase(email));
    }

    private <T> T erasure(Optional<HashKey> key, java.util.function.Function<Erasure, T> work) {
        return world.with((Mautic mautic) -> work.apply(new Erasure(
                service,
                mautic,
                CrmNames.DEFAULT,
                OwnedTables.ofPeople(service, CrmNames.DEFAULT, key),
                Sleeper.onThread())));
    }

    private InboxProcessor inboxRun(Optional<HashKey> key) {
        return new InboxProcessor(service, CrmSides.of(CrmNames.DEFAULT, key), InboundSettings.DEFAULT);
    }

    private void inbox() {
        inboxRun(KEY).run();
    }

    private void deliver(String body) {
        store(body);
        inbox();
    }

    private void store(String body) {
        service.useHandle(handle -> handle.execute(
                "insert into mautic_sync.inbox (body) values (?)", (Object) body.getBytes(StandardCharsets.UTF_8)));
    }

    private List<String> events() {
        return Rows.of(world.jdbi, "select event_key from public.customer_email_engagement order by 1");
    }

    private static String contact(long id, CustomerId customer, String email) {
        return "{\"id\":" + id + ",\"fields\":{\"core\":{\"email\":{\"value\":\"" + email
                + "\"},\"firstname\":{\"value\":\"Annabelzyx\"},\"supabase_id\":{\"value\":\"" + customer + "\"}}}}";
    }

    private static String open(long id, CustomerId customer, String email, int second) {
        return "{\"mautic.email_on_open\":[{\"stat\":{\"id\":70,\"emailAddress\":\"" + email
                + "\",\"lastOpened\":\"2026-01-01T00:00:0" + (second - 1) + "+00:00\",\"lead\":"
                + contact(id, customer, email) + "}}]}";
    }

    private static String profile(long id, CustomerId customer, String email) {
        return "{\"mautic.lead_post_save_update\":[{\"contact\":" + contact(id, customer, email) + "}]}";
    }

    /** Another person's click and the erased person's bounce in one delivery, and a hit that only names the contact. */
    private static String mixed(CustomerId anna, CustomerId other, long bert) {
        return "{\"mautic.page_on_hit\":[{\"hit\":{\"id\":71,\"source\":\"email\",\"url\":\"https://x.example/\",\"dateHit\":\"2026-01-01T00:00:00+00:00\",\"redirect\":[],\"email\":{\"id\":5},\"lead\":"
                + contact(bert, other, "other@example.com").replace("Annabelzyx", "Bert")
                + "}},{\"hit\":{\"id\":72,\"source\":\"email\",\"url\":\"https://x.example/?who=anna.zyxwv%2B99%40example.com\",\"dateHit\":\"2026-01-01T00:00:00+00:00\",\"email\":{\"id\":5},\"lead\":{\"id\":\""
                + CONTACT
                + "\"}}}],\"mautic.lead_channel_subscription_changed\":[{\"channel\":\"email\",\"new_status\":\"bounced\",\"contact\":"
                + contact(CONTACT, anna, ANNA) + "}]}";
    }

    /** Where in our tables the person is found, column by column. */
    private List<String> activity(CustomerId customer) {
        List<String> found = new ArrayList<>();
        List<String> columns = Rows.of(world.jdbi, """
                select format('%I.%I', table_schema, table_name) || ' ' || quote_ident(column_name) || ' ' || data_type
                  from information_schema.columns c
                 where (table_schema = 'mautic_sync'
                        or (table_schema = 'public' and (table_name like 'mautic\\_%' or table_name = 'customer_email_engagement')))
                   and exists (select from pg_class k where k.oid = format('%I.%I', table_schema, table_name)::regclass and k.relkind = 'r')
                """);
        assertThat(columns).hasSizeGreaterThan(60);
        for (String line : columns) {
            String[] column = line.split(" ", 3);
            String text = column[2].equals("bytea") ? "encode(" + column[1] + ", 'escape')" : column[1] + "::text";
            boolean own = column[0].equals("public.mautic_sync_status") && column[1].equals("customer_id");
            String ids = own ? "" : "|" + customer;
            String pattern = "(?i)(zyx|oldannabel|anna\\.|\\m" + CONTACT + "\\M" + ids + ")";
            Rows.of(world.jdbi, "select " + text + " from " + column[0] + " where " + text + " ~ ?", pattern)
                    .forEach(value -> found.add(column[0] + "." + column[1] + ": " + value));
            if (own) {
                Rows.of(
                                world.jdbi,
                                "select state from public.mautic_sync_status where customer_id = ? and not (skip_reason = 'erased')",
                                customer)
                        .forEach(state -> found.add("status " + state));
            }
        }
        return found;
    }
}
