package app.gigpigs.mauticsync.consent;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.app.OwnedTables;
import app.gigpigs.mauticsync.consent.erasure.Erasure;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.erasure.ErasureReversal;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.consent.suppression.SuppressionImport;
import app.gigpigs.mauticsync.consent.suppression.list.ListOptions;
import app.gigpigs.mauticsync.consent.suppression.list.SuppressionList;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.explain.CustomerInspector;
import app.gigpigs.mauticsync.explain.Explainer;
import app.gigpigs.mauticsync.inbound.Receiver;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import app.gigpigs.mauticsync.inbound.engagement.PendingEvents;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.mapping.FieldKind;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.MappedField;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mapping.SegmentMap;
import app.gigpigs.mauticsync.outbound.OutboundSettings;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.reconcile.Reconciliation;
import app.gigpigs.mauticsync.reconcile.Scope;
import app.gigpigs.mauticsync.runs.RunCounts;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A view that calls the customer's id and address otherwise than the original design: who looks for people finds them. */
class RenamedColumnsTest {
    private static final String SECRET = "secret";
    private static final Optional<HashKey> KEY = Optional.of(HashKey.of("0123456789abcdef"));
    private static final Mapping MAPPING = mapping();

    private final Scenario world = new Scenario();

    @TempDir
    private Path folder;

    RenamedColumnsTest() {
        SmallCrm.execute(world.jdbi, """
                alter view public.customers_crm_v rename column id to "Customer Id";
                alter view public.customers_crm_v rename column email to primary_email
                """);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static Mapping mapping() {
        List<MappedField> fields = new ArrayList<>(FieldMap.DEFAULT.fields());
        fields.replaceAll(field -> switch (field.alias()) {
            case "email" -> new MappedField("primary_email", "email", FieldKind.EMAIL);
            case FieldMap.SUPABASE_ID -> new MappedField("Customer Id", FieldMap.SUPABASE_ID, FieldKind.ID);
            default -> field;
        });
        return new Mapping(CrmNames.DEFAULT, new FieldMap(fields), SegmentMap.DEFAULT);
    }

    @Test
    void an_unsubscribe_opts_out_every_customer_with_the_address() {
        CustomerId ann = world.crm.add(1, "ann@example.com");
        CustomerId family = world.crm.add(2, "Ann@example.com");
        sync();

        try (Receiver receiver = new Receiver(world.jdbi, SECRET)) {
            webhook(receiver);
            world.mautic.unsubscribe(world.contact("ann@example.com").id());
        }
        InboxProcessor.Result worked =
                new InboxProcessor(world.jdbi, CrmSides.of(MAPPING.crm()), InboundSettings.DEFAULT).run();

        assertThat(worked.processed()).isEqualTo(1);
        assertThat(optIn(ann)).isEqualTo("false");
        assertThat(optIn(family)).isEqualTo("false");
        assertThat(new PendingEvents(world.jdbi, CrmSides.of(MAPPING.crm())).process())
                .isZero();
    }

    @Test
    void a_list_is_imported_explained_and_reconciled() throws IOException {
        CustomerId bert = world.crm.add(1, "bert@example.com");
        sync();
        Path list = Files.writeString(folder.resolve("list.csv"), "BERT@example.com\n");

        SuppressionImport.Report done = world.with(mautic -> {
            try {
                return new SuppressionImport(
                                world.jdbi, mautic, MAPPING, new ErasureRegister(KEY), InstantSource.system())
                        .apply(SuppressionList.of(list, ListOptions.NONE), lines -> {});
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        sync();

        assertThat(done.crm()).isEqualTo(new SuppressionImport.Crm(1, 1, 0));
        assertThat(optIn(bert)).isEqualTo("false");
        assertThat(world.with(client -> new Explainer(
                                        world.jdbi,
                                        client,
                                        new CustomerInspector(
                                                world.jdbi,
                                                client,
                                                settings().mapping(),
                                                new ErasureRegister(
                                                        settings().consent().key())))
                                .email("bert@example.com"))
                        .customers())
                .extracting(person -> person.view().customer())
                .containsExactly(bert);
        assertThat(world.with(client -> new Reconciliation(
                                        world.jdbi, client, settings().mapping(), InstantSource.system())
                                .run(new Scope.All(), Reconciliation.Mode.REPORT, drift -> {}))
                        .compared())
                .isEqualTo(1);
    }

    @Test
    void a_person_is_erased_and_the_erasure_is_reverted() {
        world.crm.add(1, "carl@example.com");
        sync();

        Erasure.Receipt receipt = world.with(mautic -> new Erasure(
                                world.jdbi,
                                mautic,
                                MAPPING.crm(),
                                OwnedTables.ofPeople(world.jdbi, MAPPING.crm(), KEY),
                                Sleeper.onThread())
                        .erase("carl@example.com"))
                .orElseThrow();

        assertThat(receipt.customersLeft()).isEqualTo(1);
        assertThat(receipt.removed().contacts()).isEqualTo(1);
        assertThat(sync().skipped()).isEqualTo(1);
        assertThat(new ErasureReversal(world.jdbi, MAPPING.crm(), KEY)
                        .revert("carl@example.com")
                        .customers())
                .isEqualTo(1);
        assertThat(sync().created()).isEqualTo(1);
    }

    private void webhook(Receiver receiver) {
        world.mautic
                .webhooks()
                .addWebhook(
                        URI.create("http://127.0.0.1:" + receiver.port() + "/webhooks/mautic"),
                        SECRET,
                        List.of("mautic.lead_channel_subscription_changed"));
    }

    private RunCounts sync() {
        return Scenario.counts(world.run(SyncMode.CHANGED, settings(), world.mauticSettings()));
    }

    private static OutboundSettings settings() {
        OutboundSettings usual = Scenario.settings();
        ConsentSettings consent =
                new ConsentSettings(KEY, ConsentSettings.DEFAULT.deleted(), ConsentSettings.DEFAULT.reconsent());
        return new OutboundSettings(MAPPING, usual.push(), usual.safety(), usual.unknownOutcomeWait(), consent);
    }

    private String optIn(CustomerId customer) {
        return Rows.one(
                world.jdbi, "select marketing_opt_in::text from public.customer_profiles where id = ?", customer);
    }
}
