package app.gigpigs.mauticsync.outbound.payload;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CrmNames.Profiles;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.Relation;
import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.mapping.FieldKind;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.MappedField;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mapping.SegmentMap;
import app.gigpigs.mauticsync.mapping.SegmentMap.MauticName;
import app.gigpigs.mauticsync.mautic.Credentials;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Other names and other fields than the original design's. */
class MappingTest {
    private static final CrmNames OTHER = new CrmNames(
            Relation.parse("crm.Customer List"),
            new Profiles(Relation.parse("crm.people"), "person_id", "newsletter"),
            CrmNames.DEFAULT.emails());

    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void a_changed_mapping_sends_every_customer_again() {
        CustomerId ann =
                world.crm.add(1, Map.of("email", "ann@example.com", "last_event_name", "Jazz", "suburb", "Perth"));
        world.sync();
        assertThat(world.sync().unchanged()).isEqualTo(1);

        assertThat(world.sync(with("city", new MappedField("last_event_name", "city", FieldKind.TEXT)))
                        .updated())
                .isEqualTo(1);

        assertThat(world.contact("ann@example.com").text("city")).isEqualTo("Jazz");
        assertThat(world.status(ann, "state")).isEqualTo("synced");
    }

    @Test
    void a_custom_field_is_sent() {
        world.mautic.addField("nickname", "text");
        world.crm.add(1, Map.of("email", "ann@example.com", "preferred_venue", "Hall"));

        world.sync(with("nickname", new MappedField("preferred_venue", "nickname", FieldKind.TEXT)));

        assertThat(world.contact("ann@example.com").text("nickname")).isEqualTo("Hall");
    }

    @Test
    void a_custom_segment_is_created_and_filled_with_customers_synced_before() {
        world.crm.add(1, Map.of("email", "ann@example.com", "customer_segments", "{Gold}"));
        world.sync();

        world.sync(new Mapping(
                CrmNames.DEFAULT,
                FieldMap.DEFAULT,
                new SegmentMap("customer_segments", Map.of("gold", new MauticName("Gold Members", "gold-members")))));

        assertThat(world.mautic.segmentMembers("gold-members"))
                .containsExactly(world.contact("ann@example.com").id());
    }

    @Test
    void a_crm_with_other_names_is_migrated_and_synced() {
        SmallCrm.execute(world.jdbi, """
                drop table public.mautic_sync_status, public.customer_email_engagement, public.mautic_sync_logs cascade;
                drop schema mautic_sync cascade;
                create schema crm;
                alter table public.customer_profiles set schema crm;
                alter table crm.customer_profiles rename to people;
                alter table crm.people rename column id to person_id;
                alter table crm.people rename column marketing_opt_in to newsletter;
                alter view public.customers_crm_v set schema crm;
                alter view crm.customers_crm_v rename to "Customer List";
                alter view crm."Customer List" rename column id to "Customer";
                alter view crm."Customer List" rename column marketing_opt_in to newsletter;
                alter view crm."Customer List" rename column email to mail;
                """);
        SmallCrm.execute(
                world.jdbi, "insert into crm.people (person_id, email) values (gen_random_uuid(), 'ann@example.com')");
        new Migration(world.database.dataSource(), OTHER).run();
        List<MappedField> fields = new ArrayList<>(FieldMap.DEFAULT.fields());
        fields.replaceAll(field -> switch (field.alias()) {
            case "email" -> new MappedField("mail", "email", FieldKind.EMAIL);
            case FieldMap.SUPABASE_ID -> new MappedField("Customer", FieldMap.SUPABASE_ID, FieldKind.ID);
            case FieldMap.MARKETING_OPT_IN -> new MappedField("newsletter", field.alias(), FieldKind.BOOLEAN);
            default -> field;
        });
        Mapping mapping = new Mapping(OTHER, new FieldMap(fields), SegmentMap.DEFAULT);

        assertThat(world.sync(mapping).created()).isEqualTo(1);
        SmallCrm.execute(world.jdbi, "update crm.people set newsletter = false");
        assertThat(world.sync(mapping).updated()).isEqualTo(1);
        assertThat(world.contact("ann@example.com").doNotContact()).hasSize(1);
        SmallCrm.execute(world.jdbi, "delete from crm.people");
        assertThat(world.sync(mapping).unchanged()).isZero();
    }

    @Test
    void a_user_and_password_are_accepted() {
        world.crm.add(1, "ann@example.com");
        MauticSettings basic = new MauticSettings(
                world.mautic.baseUri(),
                new Credentials.Basic(
                        SimulatorSettings.USER, SimulatorSettings.defaults().clientSecret()),
                Duration.ofSeconds(20));
        MauticSettings wrong = new MauticSettings(
                world.mautic.baseUri(), new Credentials.Basic("another-user", "wrong"), Duration.ofSeconds(20));

        assertThat(world.run(SyncMode.CHANGED, Scenario.settings(), wrong))
                .isInstanceOfSatisfying(
                        RunResult.Stopped.class,
                        stopped -> assertThat(stopped.failure().message()).contains("MAUTIC_USERNAME"));
        assertThat(Scenario.counts(world.run(SyncMode.CHANGED, Scenario.settings(), basic))
                        .created())
                .isEqualTo(1);
    }

    private static Mapping with(String alias, MappedField field) {
        List<MappedField> fields = new ArrayList<>(FieldMap.DEFAULT.fields());
        fields.removeIf(usual -> usual.alias().equals(alias));
        fields.add(field);
        return new Mapping(CrmNames.DEFAULT, new FieldMap(fields), SegmentMap.DEFAULT);
    }
}
